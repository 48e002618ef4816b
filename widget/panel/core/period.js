// A period of days, as filters keep it: a word, or two days of the reader.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";

const WORDS = ["today", "yesterday", "week", "month", "custom"];

/** @param {import("./list-page.js").ListPage} page @param {string[]} [words] */
export function periodFields(page, words = WORDS) {
  const { query } = page.place;
  return html`${page.choice("period", t("period"), words.map((value) => ({ value, label: t(`period.${value}`) })))}
  ${query.period === "custom" ? html`${page.typed("from", t("from"), "date")} ${page.typed("to", t("to"), "date")}` : nothing}`;
}
