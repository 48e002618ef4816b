// <pl-person>: a person of the company, new or known, with the outlets that it sees. Events `saved`, `cancel`.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { language } from "../../core/language.js";
import { app } from "../core/app.js";
import { newId } from "../core/ids.js";
import { given, PortalPage } from "../core/page.js";
import { failure, fieldProblems } from "../core/problems.js";

const MANY = 8;

export class Person extends PortalPage {
  static properties = { person: { attribute: false }, chosen: { state: true }, wrong: { state: true }, find: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.person = {};
    /** @type {Set<string>} */
    this.chosen = new Set();
    /** @type {Record<string, string>} */
    this.wrong = {};
    this.find = "";
    this.busy = false;
    this.newId = newId();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("person")) this.chosen = new Set(this.person.outlets ?? []);
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    const { name, email } = given(event);
    if (this.busy) return;
    this.wrong = {};
    if (!name) this.wrong = { ...this.wrong, name: t("required") };
    if (!this.person.id && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) this.wrong = { ...this.wrong, email: t("wrongEmail") };
    if (Object.keys(this.wrong).length) return;
    this.busy = true;
    this.problem = "";
    const outlets = [...this.chosen];
    try {
      if (this.person.id) await app.request("PATCH", `/portal/children/${this.person.id}`, { body: { name, outlets } });
      else await app.request("POST", "/portal/children", { body: { id: this.newId, name, email, outlets, language: language() } });
      this.tell("saved", t(this.person.id ? "personSaved" : "personInvited", { email }));
    } catch (error) {
      this.wrong = fieldProblems(error);
      this.problem = failure(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {string} id @param {boolean} on */
  #choose(id, on) {
    const chosen = new Set(this.chosen);
    if (on) chosen.add(id);
    else chosen.delete(id);
    this.chosen = chosen;
  }

  #outlets() {
    const { outlets } = app.account;
    if (!outlets.length) return html`<p class="notice">${t("noOutlets")}</p>`;
    const words = this.find.toLowerCase();
    const shown = outlets.filter((/** @type {any} */ one) => `${one.name} ${one.address}`.toLowerCase().includes(words));
    return html`<fieldset class="group outlets">
      <legend>${t("whichOutlets")}</legend>
      ${outlets.length > MANY
        ? html`<pl-field label=${t("findOutlet")} hide-label type="search" placeholder=${t("findOutlet")} @input=${(/** @type {Event} */ event) => (this.find = /** @type {any} */ (event.currentTarget).value)}></pl-field>`
        : nothing}
      <div class="choices">
        ${shown.map(
          (/** @type {any} */ one) => html`<label>
            <input type="checkbox" .checked=${this.chosen.has(one.id)} @change=${(/** @type {Event} */ event) => this.#choose(one.id, /** @type {HTMLInputElement} */ (event.target).checked)} />
            <span>${one.name}${one.address ? html`<small class="muted">${one.address}</small>` : nothing}</span>
          </label>`,
        )}
      </div>
      <p class="small muted" aria-live="polite">${t("chosenOutlets", { n: this.chosen.size })}</p>
    </fieldset>`;
  }

  render() {
    return html`<form class="person-form" novalidate @submit=${this.#submit}>
      <pl-field label=${t("personName")} name="name" limit="200" required problem=${this.wrong.name ?? ""} .value=${this.person.name ?? ""}></pl-field>
      <pl-field label=${t("personEmail")} name="email" type="email" required problem=${this.wrong.email ?? ""} hint=${this.person.id ? "" : t("personEmailHint")} .value=${this.person.email ?? ""} ?disabled=${Boolean(this.person.id)}></pl-field>
      ${this.#outlets()} ${this.trouble()}
      <p class="row-actions end"><pl-button look="quiet" @click=${() => this.tell("cancel")}>${t("cancel")}</pl-button><pl-button kind="submit" look="main" ?busy=${this.busy}>${t(this.person.id ? "save" : "sendInvitation")}</pl-button></p>
    </form>`;
  }
}

customElements.define("pl-person", Person);
