// <pl-dry-run>: what would happen to a call, told by the code that serves calls.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { eventText, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";

export class DryRun extends PanelPage {
  static properties = { editor: { attribute: false }, menuId: {}, active: { type: Boolean }, numbers: { state: true }, given: { state: true }, result: { state: true } };

  constructor() {
    super();
    /** The menu's editor: an unsaved menu is saved first. @type {any} */
    this.editor = null;
    this.menuId = "";
    /** @type {any[]|null} */
    this.numbers = null;
    this.given = { caller: "79161234567", called: "", digits: "", say: "", at: "" };
    /** @type {any} */
    this.result = null;
    this.active = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["config"], (message) => {
      if (this.active && (message.type === "reset" || message.key.startsWith("numbers/"))) this.#numbers();
    });
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (this.active && (changed.has("active") || changed.has("menuId"))) this.#numbers();
  }

  async #numbers() {
    const all = await app.all("/numbers").catch(() => []);
    this.numbers = all.filter((one) => !this.menuId || (one.destination?.kind === "menu" && one.destination.id === this.menuId));
    if (this.numbers.length && !this.numbers.some((one) => one.number === this.given.called)) this.given = { ...this.given, called: this.numbers[0].number };
  }

  /** @param {Event} event */
  async #run(event) {
    event.preventDefault();
    if (this.editor?.dirty && !(await this.editor.save())) return;
    const { at, say, ...rest } = this.given;
    const said = say.split("\n").map((line) => line.trim()).filter(Boolean);
    const body = { ...rest, say: said, ...(at ? { at: new Date(at).toISOString() } : {}) };
    this.result = await this.attempt(() => app.request("POST", "/trace", { body }));
    const steps = (this.result?.steps ?? []).filter((/** @type {any} */ one) => one.data?.menu === this.menuId || !this.menuId);
    this.tell("walked", new Set(steps.map((/** @type {any} */ one) => one.data?.step).filter(Boolean)));
  }

  /** @param {keyof DryRun["given"]} name @param {string} label @param {Record<string, any>} [more] */
  #field(name, label, { type = "text", hint = "", mode = "" } = {}) {
    return html`<pl-field label=${label} name=${name} type=${type} mode=${mode} hint=${hint} .value=${this.given[name]}
      @input=${(/** @type {Event} */ event) => (this.given = { ...this.given, [name]: /** @type {any} */ (event.currentTarget).value })}></pl-field>`;
  }

  /** @param {any} step */
  #step(step) {
    return html`<li class=${`k-${step.kind}`}>${language() === "en" ? step.text : russian(step)}</li>`;
  }

  render() {
    const nowhere = this.menuId && this.numbers?.length === 0;
    return html`<form class="fields" @submit=${this.#run}>
        ${nowhere ? html`<p class="notice warn wide"><span>${t("noNumber")}</span><a href=${address("numbers")}>${t("page.numbers")}</a></p>` : nothing}
        ${this.#field("caller", t("tryFrom"), { mode: "tel" })} ${this.#field("called", t("tryTo"), { mode: "tel" })}
        ${this.#field("digits", t("tryDigits"), { hint: t("tryDigitsHint") })} ${this.#field("say", t("trySay"), { type: "textarea", hint: t("trySayHint") })} ${this.#field("at", t("tryAt"), { type: "datetime-local", hint: t("tryAtHint") })}
        <pl-button kind="submit" look="main" icon="play" ?busy=${this.busy} ?disabled=${!this.given.called}>${t(this.editor?.dirty ? "saveAndTry" : "try")}</pl-button>
      </form>
      ${this.trouble()} ${this.result ? html`<ol class="walk" aria-label=${t("tab.try")}>${this.result.steps.map((/** @type {any} */ one) => this.#step(one))}</ol>` : nothing}`;
  }
}

/** @param {{kind: string, text: string, data: any}} step */
function russian(step) {
  const quoted = /"([^"]*)"/.exec(step.text)?.[1];
  if (step.kind === "play") return `${eventText({ kind: "play" })}: ${(step.data.media ?? []).map((/** @type {string} */ one) => one.replace(/^(sound|text):/, "").replace(/^digits:/, "цифры ").split("/").pop()).join(", ")}`;
  if (step.kind === "said") return `${eventText({ kind: "said" })}: «${step.data.said}»${heard(step.data.scores)}`;
  if (step.kind === "menu") return `${eventText({ kind: "menu" })}: ${step.data.step}`;
  if (step.kind === "routed" && quoted) return `${eventText({ kind: "routed" })}: ${quoted}`;
  return eventText(step);
}

/** What words may mean: «1 (97 %)». @param {[string, number][]} scores */
function heard(scores) {
  if (!scores.length) return "";
  return `: ${scores.slice(0, 3).map(([key, sure]) => `${valueText("command", key)} (${Math.round(sure * 100)} %)`).join(", ")}`;
}

customElements.define("pl-dry-run", DryRun);
