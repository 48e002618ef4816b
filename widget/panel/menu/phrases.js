// What callers may say for each choice of a menu: a phrase a line, in each language.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/field.js";

/** @typedef {import("../../elements/form/fields.js").Place} Place */
/** @typedef {"ru"|"en"} Language */

const LANGUAGES = /** @type {const} */ (["ru", "en"]);

/** Phrases of a choice in one language. @param {Place} place @param {any} form @param {string} digit @param {Language} language */
function area(place, form, digit, language) {
  const path = [...place.path, digit];
  const values = /** @type {string[]} */ (place.value?.[digit]?.[language] ?? []);
  const wrong = values.map((said, n) => ({ said, problem: form.problem([...path, language, n]) })).find((one) => one.problem);
  const set = (/** @type {string} */ typed) => {
    const said = typed.split("\n").map((line) => line.trim()).filter(Boolean);
    const rest = { ...place.value?.[digit], [language]: said };
    form.set(path, LANGUAGES.some((one) => rest[one]?.length) ? rest : undefined);
  };
  return html`<pl-field
    label=${t("phrasesOf", { digit, language: valueText("language", language) })}
    name=${`phrases-${digit}-${language}`}
    type="textarea"
    rows="2"
    .value=${values.join("\n")}
    problem=${wrong ? `«${wrong.said}»: ${wrong.problem}` : form.problem([...path, language])}
    @change=${(/** @type {Event} */ event) => set(/** @type {any} */ (event.currentTarget).value)}
  ></pl-field>`;
}

/** Phrases of all choices of the step. @param {Place} place @param {any} form */
export function phrases(place, form) {
  const digits = Object.keys(form.value.options ?? {}).sort();
  const lost = Object.keys(place.value ?? {}).filter((digit) => !digits.includes(digit));
  const problem = [place.path, ...digits.map((digit) => [...place.path, digit])].map((path) => form.problem(path)).find(Boolean);
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    <p class="hint">${t(digits.length ? "phrasesHint" : "phrasesNone")}</p>
    <div class="fields">${[...digits, ...lost].map((digit) => LANGUAGES.map((language) => area(place, form, digit, language)))}</div>
    ${problem ? html`<p class="problem">${problem}</p>` : nothing}
  </fieldset>`;
}
