// The dial pad: a number or a name, the number to call from, colleagues and contacts that match.
import { css, html, live, nothing } from "../vendor/lit.js";
import { looksLikeNumber, readable, tidy } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/field.js";
import "./keypad.js";
import "./people.js";
import { t } from "./words.js";

export class Dial extends DeskElement {
  static properties = { number: { state: true }, from: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pl-3);
        max-inline-size: 26rem;
        margin-inline: auto;
      }
      form {
        display: flex;
        align-items: center;
        background: var(--pl-surface);
        border: 1px solid var(--pl-line-strong);
        border-radius: var(--pl-radius);
      }
      form:focus-within {
        outline: 2px solid var(--pl-accent);
        outline-offset: -1px;
      }
      input {
        flex: 1;
        min-inline-size: 0;
        padding: var(--pl-3) var(--pl-4);
        font: inherit;
        font-size: 1.25rem;
        color: inherit;
        background: none;
        border: 0;
        outline: none;
      }
      input::placeholder {
        font-size: var(--pl-text-base);
        color: var(--pl-muted);
      }
      .go {
        display: grid;
      }
      .go pl-button::part(button) {
        min-block-size: 3rem;
      }
    `,
  ];

  constructor() {
    super();
    this.number = "";
    this.from = "";
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const number = tidy(this.number);
    if (!looksLikeNumber(this.number)) return;
    void this.run("call", async () => {
      await this.desk.call(number, this.from);
      this.number = "";
    });
  }

  /** @param {string} digit */
  #press(digit) {
    this.number += digit;
    /** @type {HTMLInputElement|null} */ (this.renderRoot.querySelector("input"))?.focus();
  }

  #from() {
    const { callerIds } = this.state;
    if (!callerIds.length) return nothing;
    const options = [{ value: "", label: t("callFromOwn") }, ...callerIds.map((one) => ({ value: one.number, label: `${one.name} · ${readable(one.number)}` }))];
    const choose = (/** @type {Event} */ event) => (this.from = /** @type {any} */ (event.target).value);
    return html`<pl-field type="select" label=${t("callFrom")} .options=${options} .value=${this.from} @change=${choose}></pl-field>`;
  }

  render() {
    const dialable = looksLikeNumber(this.number);
    const search = this.number.trim().length > 1;
    const type = (/** @type {InputEvent} */ event) => (this.number = /** @type {HTMLInputElement} */ (event.target).value);
    return html`<form @submit=${this.#submit}>
        <input aria-label=${t("number")} placeholder=${t("numberHint")} autocomplete="off" inputmode="tel" spellcheck="false"
          maxlength="40" .value=${live(this.number)} @input=${type} />
        ${this.number
          ? html`<pl-button look="quiet" size="icon" icon="backspace" label=${t("erase")}
              @click=${() => (this.number = this.number.slice(0, -1))}></pl-button>`
          : nothing}
      </form>
      ${search ? html`<pl-people .app=${this.app} .search=${this.number} .limit=${4}></pl-people>` : nothing}
      <pl-keypad @digit=${(/** @type {CustomEvent<string>} */ event) => this.#press(event.detail)}></pl-keypad>
      ${this.#from()}
      <div class="go">
        <pl-button look="main" tone="good" icon="phone" ?disabled=${!dialable} ?busy=${this.busy === "call"}
          @click=${this.#submit}>${t("call")}</pl-button>
      </div>`;
  }
}

customElements.define("pl-dial", Dial);
