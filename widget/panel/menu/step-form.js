// The form of one step: its fields by the API's schema, ways as choices of steps.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/form.js";
import { app } from "../core/app.js";
import { movePhrases } from "./graph.js";
import { phrases } from "./phrases.js";
import { summary } from "./rows.js";

/** @typedef {import("./editor.js").MenuEditor} Editor */
/** @typedef {import("../../elements/form/fields.js").Place} Place */

const WAYS = ["next", "on_yes", "on_no", "on_timeout", "on_invalid", "on_no_match", "on_back", "on_operator", "on_failure", "otherwise", "step"];
/** What is of use where the step listens. */
const SPOKEN = ["no_match_prompts", "confirm_prompts", "digits_prompts", "on_no_match", "on_back", "on_operator"];
/** The less used settings of listening. */
const FINE = ["accept", "confirm", "barge_in", "silence_s", "hints", "max_no_match"];
const DIGITS = [..."1234567890*#"];

/** @param {Editor} editor */
function steps(editor) {
  return Object.entries(editor.menu.steps).map(([id, step]) => {
    const words = summary(step);
    return { value: id, label: `${id} · ${valueText("step", step.kind)}${words ? ` · ${words.slice(0, 40)}` : ""}` };
  });
}

/** @param {Editor} editor @param {{text: string, bare?: boolean, value: any, free: boolean, problem: string, set: (id: string|null) => void}} way */
function wayField(editor, { text, bare = false, value, free, problem, set }) {
  const first = [{ value: "", label: free ? t("none") : t("choose") }];
  return html`<pl-field
    type="select"
    label=${text}
    ?hide-label=${bare}
    .options=${[...first, ...steps(editor)]}
    .value=${value ?? ""}
    problem=${problem}
    @change=${(/** @type {Event} */ event) => set(/** @type {any} */ (event.currentTarget).value || (free ? null : ""))}
  ></pl-field>`;
}

/** @param {Editor} editor @returns {Record<string, import("../../elements/form/looks.js").Look>} */
function looks(editor) {
  /** @param {Place} place @param {any} form */
  const draw = (place, form) =>
    wayField(editor, {
      text: place.label,
      value: place.value,
      free: !place.required,
      problem: form.problem(place.path),
      set: (id) => form.set(place.path, id),
    });
  const ways = Object.fromEntries(WAYS.map((name) => [name, { draw, order: 80 }]));
  const heard = (/** @type {any} */ value) => Boolean(value.speech);
  const spoken = Object.fromEntries(SPOKEN.map((name) => [name, { ...ways[name], when: heard, order: ways[name] ? 82 : 72, more: !ways[name] }]));
  const fine = Object.fromEntries(["MenuSpeech", "CollectSpeech", "Speech"].flatMap((owner) => FINE.map((name) => [`${owner}.${name}`, { more: true }])));
  return {
    ...ways,
    ...spoken,
    ...fine,
    speech: { order: 70 },
    options: { draw: (place, form) => options(editor, place, form), order: 60 },
    "MenuSpeech.phrases": { draw: phrases, order: 60 },
    "MenuSpeech.on": { order: 10 },
    "Goto.step": { draw, when: (value) => !value.menu_id },
  };
}

/** Digits and where they lead. @param {Editor} editor @param {Place} place @param {any} form */
function options(editor, place, form) {
  const value = /** @type {Record<string, string>} */ (place.value ?? {});
  const used = Object.keys(value);
  const next = DIGITS.find((digit) => !used.includes(digit));
  const swap = (/** @type {string} */ from, /** @type {string} */ to) => {
    const { [from]: moved, ...rest } = value;
    form.set(place.path, { ...rest, ...(rest[to] === undefined ? {} : { [from]: rest[to] }), [to]: moved });
    say(from, to);
  };
  const say = (/** @type {string} */ from, /** @type {string} */ to = "") => {
    if (form.value.speech) form.set(["speech", "phrases"], movePhrases(form.value.speech.phrases, from, to || undefined));
  };
  const row = (/** @type {string} */ digit) => html`<li class="line pair digits">
    <pl-field type="select" label=${t("digit")} hide-label .options=${DIGITS.map((one) => ({ value: one, label: one }))} .value=${digit}
      @change=${(/** @type {Event} */ event) => swap(digit, /** @type {any} */ (event.currentTarget).value)}></pl-field>
    ${wayField(editor, {
      text: `${place.label} ${digit}`,
      bare: true,
      value: value[digit],
      free: false,
      problem: form.problem([...place.path, digit]),
      set: (id) => form.set([...place.path, digit], id),
    })}
    <span class="tools"><pl-button size="icon" look="quiet" icon="trash" label=${t("remove")} @click=${() => (form.set([...place.path, digit], undefined), say(digit))}></pl-button></span>
  </li>`;
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    ${used.length ? html`<ol class="rows">${used.sort().map(row)}</ol>` : nothing}
    <pl-button size="small" icon="add" ?disabled=${!next} @click=${() => form.set([...place.path, next], "")}>${t("addDigit")}</pl-button>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}

/** @param {Editor} editor @param {string} id */
export function stepForm(editor, id) {
  const step = editor.menu.steps[id];
  if (!step) return html`<p class="muted">${t("chooseStep")}</p>`;
  const schema = editor.stepSchema(step.kind);
  const own = editor.problems.filter((one) => one.path === `body.definition.steps.${id}`);
  return html`<div class="step-head">
      <pl-field
        label=${t("stepName")}
        .value=${id}
        hint=${t("stepNameHint")}
        ?disabled=${editor.readonly}
        @change=${(/** @type {Event} */ event) => editor.rename(id, /** @type {any} */ (event.currentTarget).value)}
      ></pl-field>
      <pl-field label=${label("", "kind")} .value=${valueText("step", step.kind)} disabled></pl-field>
    </div>
    ${own.map((one) => html`<p class="problem" role="alert">${one.message}</p>`)}
    <pl-form
      .schemas=${app.schemas}
      .lookups=${app.lookups}
      .schema=${schema}
      .value=${step}
      .looks=${looks(editor)}
      .problems=${editor.problems}
      .base=${`body.definition.steps.${id}`}
      ?readonly=${editor.readonly}
      @edit=${(/** @type {CustomEvent} */ event) => editor.setStep(id, event.detail)}
    ></pl-form>
    ${editor.readonly ? nothing : html`<pl-button look="quiet" tone="bad" icon="trash" @click=${() => editor.removeStep(id)}>${t("removeStep")}</pl-button>`}`;
}
