// The menu's graph as rows of the tree.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { destination } from "../core/cells.js";
import { ICONS, KINDS, tree } from "./graph.js";

/** @typedef {import("./graph.js").Node} Node */

/** The key of a way, for the tree. @param {import("./graph.js").Slot} slot */
export function slotKey(slot) {
  return JSON.stringify([slot.step, slot.path]);
}

/** @param {string} key @returns {import("./graph.js").Slot} */
export function slotOf(key) {
  const [step, path] = JSON.parse(key);
  return { step, path };
}

/** What a step plays or does, in a few words. @param {import("./graph.js").Step} step */
export function summary(step) {
  if (step.kind === "transfer") return destination(step.to);
  if (step.kind === "voicemail") return app.lookups.name("voicemail-boxes", step.box_id);
  if (step.kind === "goto") return step.menu_id ? app.lookups.name("menus", step.menu_id) : step.step ?? "";
  if (step.kind === "language") return valueText("language", step.language);
  if (step.kind === "collect" || step.kind === "ask") return step.variable;
  if (step.kind === "http") return step.url;
  if (step.kind === "set") return Object.entries(step.values ?? {}).map(([name, value]) => `${name} = ${value}`).join(", ");
  if (step.kind === "callback") return step.number;
  return (step.prompts ?? []).map(promptText).filter(Boolean).join(" · ");
}

/** @param {any} prompt */
export function promptText(prompt) {
  if (!prompt) return "";
  if (prompt.kind === "file") return app.lookups.name("prompts", prompt.id);
  return prompt.text ?? prompt.name ?? prompt.digits ?? "";
}

/** @param {import("./graph.js").Exit|null} exit */
function way(exit) {
  if (!exit) return t("entry");
  if (exit.name === "options") return exit.digit ?? "";
  if (exit.name === "conditions") return exit.digit ?? "";
  return label("", exit.name);
}

/**
 * @param {{menu: import("./graph.js").Definition, problems: {path: string, message: string}[], walked: Set<string>, readonly: boolean,
 *   add: (slot: import("./graph.js").Slot, kind: string) => void}} view
 * @returns {import("../../elements/tree.js").Row[]}
 */
export function rows(view) {
  const broken = new Set(view.problems.map((one) => /^body\.definition\.steps\.([^.]+)/.exec(one.path)?.[1]));
  const choices = KINDS.map((kind) => ({ value: kind, label: valueText("step", kind), icon: ICONS[kind] }));
  /** @param {Node} node @returns {import("../../elements/tree.js").Row} */
  const row = (node) => {
    const lone = node.slot.step === "?";
    const words = node.step ? summary(node.step) : "";
    const kind = node.step ? valueText("step", node.step.kind) : t("noStep");
    const chip = lone ? html`<span class="way bad">${t("lone")}</span>` : html`<span class=${`way ${node.exit?.name === "options" ? "digit" : ""}`}>${way(node.exit)}</span>`;
    const body = node.again
      ? html`<pl-icon name="goto"></pl-icon><span class="muted">${t("again", { id: node.id })}</span>`
      : html`<pl-icon name=${node.step ? ICONS[node.step.kind] : "alert"}></pl-icon><span class="what"><b>${kind}</b> <span class="muted">${words || node.id}</span></span>`;
    return {
      key: slotKey(node.slot),
      label: `${lone ? t("lone") : way(node.exit)}: ${kind} ${node.id} ${words}`,
      content: html`${chip}${body}${view.walked.has(node.id) && !node.again ? html`<pl-badge tone="accent">${t("walked")}</pl-badge>` : nothing}`,
      tone: !node.step || (broken.has(node.id) && !node.again) ? "bad" : "",
      drag: !view.readonly && Boolean(node.step) && node.exit !== null,
      children: node.children.map(row),
      actions: view.readonly || lone ? undefined : html`<pl-menu side="end" .choices=${choices} label=${t("addStep")} @choose=${(/** @type {CustomEvent} */ event) => view.add(node.slot, event.detail)}>
        <pl-button slot="opener" size="small" look="quiet" icon="add" label=${t(node.step ? "addBefore" : "addStep")} popup="menu"></pl-button>
      </pl-menu>`,
    };
  };
  return tree(view.menu).map(row);
}
