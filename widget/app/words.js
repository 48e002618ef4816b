// The widget's words in the reader's language.
import { translator } from "../core/language.js";
import { COMMON } from "../i18n/common.js";
import { WIDGET } from "../i18n/widget.js";

export const t = translator(WIDGET, COMMON);

/** Colour of a status. @type {Record<string, "good"|"warn"|"bad"|"accent"|"">} */
export const TONES = {
  ready: "good",
  reserved: "accent",
  on_call: "accent",
  wrap_up: "warn",
  break: "warn",
  away: "bad",
  offline: "",
};

/** A reason in the reader's language. @param {any} reason @param {string} language */
export function reasonName(reason, language) {
  return (language === "en" && reason.name_en) || reason.name;
}
