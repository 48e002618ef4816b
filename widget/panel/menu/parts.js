// Parts of the menu editor's page.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/tree.js";
import { rows } from "./rows.js";

/** Name and language of the menu. @param {import("./editor.js").MenuEditor} editor */
export function headCard(editor) {
  const languages = [{ value: "", label: t("ofCall") }, ...["ru", "en"].map((value) => ({ value, label: valueText("language", value) }))];
  const named = editor.problems.find((one) => one.path === "body.name")?.message ?? "";
  return html`<div class="card fields">
    <pl-field label=${t("menuName")} name="menu-name" .value=${editor.name} problem=${named} ?disabled=${editor.readonly}
      @input=${(/** @type {Event} */ event) => (editor.name = /** @type {any} */ (event.currentTarget).value)}></pl-field>
    <pl-field label=${t("menuLanguage")} type="select" .options=${languages} .value=${editor.menu.language ?? ""} ?disabled=${editor.readonly}
      @change=${(/** @type {Event} */ event) => (editor.menu = { ...editor.menu, language: /** @type {any} */ (event.currentTarget).value || null })}></pl-field>
  </div>`;
}

/** The tree of steps. @param {import("./editor.js").MenuEditor} editor */
export function treeCard(editor) {
  const items = rows({ menu: editor.menu, problems: editor.problems, walked: editor.walked, readonly: editor.readonly, add: (slot, kind) => editor.add(slot, kind) });
  const general = editor.problems.filter((one) => /^body\.definition(\.(entry|steps))?$/.test(one.path));
  return html`<section class="card tree" aria-label=${t("steps")}>
    <h2>${t("steps")}</h2>
    ${editor.menu.entry ? nothing : html`<p class="muted">${t("firstStep")}</p>`}
    ${general.map((one) => html`<p class="problem">${one.message}</p>`)}
    <pl-tree
      label=${t("steps")}
      .rows=${items}
      .chosen=${editor.chosen}
      @choose=${(/** @type {CustomEvent} */ event) => typeof event.detail === "string" && event.detail.startsWith("[") && editor.choose(event.detail)}
      @remove=${(/** @type {CustomEvent} */ event) => !editor.readonly && ((editor.chosen = event.detail), editor.chosenStep && editor.removeStep(editor.chosenStep))}
      @move=${(/** @type {CustomEvent} */ event) => editor.move(event.detail)}
    ></pl-tree>
    <p class="hint">${t("treeHint")}</p>
  </section>`;
}
