// How an import goes and what came of it.
import { html, nothing } from "../../vendor/lit.js";
import { problemText, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";
import { far, going } from "./mapping.js";

const TONES = /** @type {Record<string, string>} */ ({ done: "good", failed: "bad", cancelled: "warn", running: "accent", queued: "" });

/** @param {string} state */
export const importBadge = (state) => html`<pl-badge tone=${TONES[state] ?? ""} dot>${valueText("import", state)}</pl-badge>`;

/** @param {string} name @param {number} count @param {string} [tone] */
const tile = (name, count, tone = "") => html`<div class=${`tile ${count ? tone : ""}`}><dt>${name}</dt><dd>${count}</dd></div>`;

/** @param {import("./import.js").ImportPage} page */
export function result(page) {
  const { item } = page;
  const share = far(item);
  const columns = [
    { key: "line", head: t("lineNumber"), number: true, cell: (/** @type {any} */ one) => one.line },
    { key: "field", head: t("fieldName"), cell: (/** @type {any} */ one) => { const words = t(`field.${one.field}`); return words.startsWith("field.") ? one.field : words; } },
    { key: "value", head: t("wrongValue"), wide: true, cell: (/** @type {any} */ one) => one.value || "—" },
    { key: "message", head: t("whatsWrong"), wide: true, cell: (/** @type {any} */ one) => problemText(one.message) },
  ];
  return html`<section class="card" aria-label=${t("step.run")}>
      <div class="row-actions far-row">${importBadge(item.state)}
        <progress max="1" value=${share ?? nothing} aria-label=${t("step.run")}></progress>
        <span class="digits">${item.total ? t("importRuns", { read: item.read, total: item.total }) : t("importReads", { read: item.read })}</span>
        ${going(item.state) ? html`<pl-button size="small" look="quiet" tone="bad" @click=${() => page.cancel()}>${t("cancelImport")}</pl-button>` : nothing}
      </div>
      ${item.error ? html`<p class="notice bad" role="alert">${problemText(item.error)}</p>` : nothing}
    </section>
    <dl class="tiles">${tile(t("added"), item.added, "good")} ${tile(t("updatedCount"), item.updated)} ${tile(t("duplicates"), item.duplicates)} ${tile(t("errorsCount"), item.errors, "bad")}</dl>
    ${going(item.state)
      ? nothing
      : html`<section class="card flush" aria-label=${t("errorsByLine")}>
            <h2 class="bar-title">${t("errorsByLine")}
              ${item.errors && app.can("GET", "/lead-imports/{id}/errors.csv") ? html`<pl-button size="small" icon="download" @click=${() => page.saveErrors()}>CSV</pl-button>` : nothing}
            </h2>
            <pl-table label=${t("errorsByLine")} .columns=${columns} .rows=${page.errors} .rowKey=${(/** @type {any} */ one) => one} empty=${t("noErrors")}></pl-table>
          </section>
          ${page.next ? html`<p class="center"><pl-button @click=${() => page.readErrors(page.next)}>${t("more")}</pl-button></p>` : nothing}
          <p class="row-actions">
            <a class="button main" href=${address("lead-lists", item.list_id)}>${t("toList")}</a>
            <a class="button" href=${address("lead-imports", "new", { list: item.list_id })}>${t("anotherFile")}</a>
          </p>`}`;
}
