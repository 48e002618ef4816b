// <pl-disposition>: how a campaign's call ended, in the operator's words: a choice, when to call back, a note.
import { css, html, nothing } from "../vendor/lit.js";
import { CALLBACK } from "../core/desk-campaigns.js";
import { language } from "../core/language.js";
import { ct, dispositionName } from "../i18n/campaigns.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/field.js";

/** Tones of what a disposition means. @type {Record<string, string>} */
const MEANINGS = { success: "good", refusal: "bad", do_not_call: "bad", wrong_number: "bad" };
const HOUR_MS = 3_600_000;

export class DispositionForm extends DeskElement {
  static properties = {
    client: { attribute: false },
    over: { type: Boolean },
    choices: { state: true },
    chosen: { state: true },
    note: { state: true },
    at: { state: true },
    forMe: { state: true },
    changing: { state: true },
  };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: block;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pl-2);
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: var(--pl-1);
      }
      .line {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        justify-content: space-between;
      }
      .good {
        color: var(--pl-good);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../core/desk-campaigns.js").Client} */
    this.client = /** @type {any} */ (undefined);
    /** The call is over. */
    this.over = false;
    /** @type {import("../core/desk-campaigns.js").Disposition[]} */
    this.choices = [];
    this.chosen = "";
    this.note = "";
    /** When to call back, as a `datetime-local` input writes it. */
    this.at = "";
    /** The same operator will call back. */
    this.forMe = true;
    this.changing = false;
    this.known = "";
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("client") || this.known === this.client.attemptId) return;
    this.known = this.client.attemptId;
    Object.assign(this, { chosen: "", note: this.client.note, at: "", forMe: true, changing: false });
    void this.desk.campaigns.dispositions(this.client).then((all) => (this.choices = all), (error) => this.desk.complain(error));
  }

  /** @param {string} id */
  #choose(id) {
    this.chosen = id;
    if (this.#isCallback && !this.at) this.at = local(this.desk.now() + HOUR_MS);
  }

  get #isCallback() {
    return this.choices.find((one) => one.id === this.chosen)?.meaning === CALLBACK;
  }

  /** @param {Event} event */
  #save(event) {
    event.preventDefault();
    const { client, chosen, note } = this;
    const at = this.#isCallback && this.at ? new Date(this.at) : null;
    if (at && at.getTime() <= this.desk.now()) return this.desk.notify("warn", ct("callbackPast"));
    void this.run("save", async () => {
      await this.desk.campaigns.say(client, { dispositionId: chosen, note, callbackAt: at?.toISOString() ?? null, forMe: this.forMe });
      this.changing = false;
    });
  }

  #saved() {
    const found = this.choices.find((one) => one.id === this.client.saved);
    return html`<p class="line" role="status">
      <span class="good">${ct("outcomeSaved", { title: found ? dispositionName(found, language()) : "" })}</span>
      <pl-button look="quiet" size="small" @click=${() => (this.changing = true)}>${ct("outcomeChange")}</pl-button>
    </p>`;
  }

  /** @param {(event: Event) => string} value */
  #callback(value) {
    const mine = (/** @type {Event} */ event) => (this.forMe = /** @type {any} */ (event.target).checked);
    return html`<pl-field type="datetime-local" label=${ct("callbackAt")} .value=${this.at} @change=${(/** @type {Event} */ event) => (this.at = value(event))} required></pl-field>
      <pl-field type="checkbox" label=${ct("callbackMine")} .checked=${this.forMe} @change=${mine}></pl-field>`;
  }

  render() {
    const { client, chosen } = this;
    if (client.saved && !this.changing) return this.#saved();
    const value = (/** @type {Event} */ event) => /** @type {any} */ (event.target).value;
    return html`<form aria-label=${ct("outcome")} @submit=${this.#save}>
      <div class="choices" role="group" aria-label=${ct("outcome")}>
        ${this.choices.map(
          (one) => html`<pl-button size="small" tone=${MEANINGS[one.meaning] ?? ""} .pressed=${one.id === chosen} @click=${() => this.#choose(one.id)}>${dispositionName(one, language())}</pl-button>`,
        )}
      </div>
      ${this.#isCallback ? this.#callback(value) : nothing}
      ${chosen ? html`<pl-field type="textarea" rows="2" limit="2000" label=${ct("note")} .value=${this.note} @change=${(/** @type {Event} */ event) => (this.note = value(event))}></pl-field>` : nothing}
      <div class="line">
        <span class="muted small">${this.over && client.required ? ct("outcomeRequired") : nothing}</span>
        <span>
          ${this.over && !client.required ? html`<pl-button size="small" look="quiet" @click=${() => this.desk.campaigns.dismiss(client)}>${ct("outcomeLater")}</pl-button>` : nothing}
          ${chosen ? html`<pl-button size="small" look="main" kind="submit" ?busy=${this.busy === "save"}>${ct("save")}</pl-button>` : nothing}
        </span>
      </div>
    </form>`;
  }
}

/** A time as a `datetime-local` input writes it. @param {number} at */
function local(at) {
  const time = new Date(at);
  return new Date(at - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

customElements.define("pl-disposition", DispositionForm);
