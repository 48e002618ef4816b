// <pl-picker label="Queue">: choose one of many by name; arrows, Enter, Escape. `search(text)` finds, `text` is the present name.
import { css, html, live, nothing } from "../vendor/lit.js";
import { Field } from "./field.js";
import { PayLaterElement } from "./base.js";
import "./icon.js";

/** @typedef {{key: string, text: string}} Choice */

export class Picker extends PayLaterElement {
  static shadowRootOptions = { .../** @type {any} */ (PayLaterElement).shadowRootOptions, delegatesFocus: true };
  static properties = {
    label: {},
    hideLabel: { type: Boolean, attribute: "hide-label" },
    value: {},
    text: {},
    hint: {},
    problem: {},
    placeholder: {},
    empty: {},
    clearLabel: { attribute: "clear-label" },
    required: { type: Boolean },
    disabled: { type: Boolean },
    search: { attribute: false },
    open: { state: true },
    choices: { state: true },
    at: { state: true },
    typed: { state: true },
  };
  static styles = [
    Field.styles,
    css`
      .box {
        position: relative;
        display: block;
      }
      input {
        padding-inline-end: 2.2rem;
        text-overflow: ellipsis;
      }
      .mark {
        position: absolute;
        inset-block: 0;
        inset-inline-end: 0;
        display: grid;
        place-items: center;
        inline-size: 2.2rem;
        padding: 0;
        color: var(--pl-muted);
        background: none;
        border: 0;
      }
      button.mark {
        cursor: pointer;
      }
      span.mark {
        pointer-events: none;
      }
      ul {
        position: absolute;
        z-index: 30;
        inset-inline: 0;
        inset-block-start: calc(100% + 2px);
        max-block-size: 17rem;
        overflow: auto;
        padding: var(--pl-1);
        font-size: var(--pl-text-base);
        font-weight: 400;
        color: var(--pl-text);
        background: var(--pl-raised);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius-small);
        box-shadow: var(--pl-shadow);
      }
      li {
        padding: var(--pl-2);
        border-radius: var(--pl-radius-small);
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      li.on,
      li:hover {
        background: var(--pl-sunken);
      }
      li.now {
        color: var(--pl-accent);
        font-weight: 550;
      }
      li.none {
        color: var(--pl-muted);
        cursor: default;
        background: none;
      }
    `,
  ];

  constructor() {
    super();
    this.label = "";
    this.hideLabel = false;
    /** @type {string|null} */
    this.value = null;
    this.text = "";
    this.hint = "";
    this.problem = "";
    this.placeholder = "";
    /** What is said when nothing was found. */
    this.empty = "";
    this.clearLabel = "";
    this.required = false;
    this.disabled = false;
    /** @type {(text: string) => Promise<Choice[]>} */
    this.search = async () => [];
    this.open = false;
    /** @type {Choice[]} */
    this.choices = [];
    this.at = -1;
    this.typed = "";
    this.asked = 0;
  }

  /** @param {string} text */
  async #find(text) {
    const number = ++this.asked;
    this.typed = text;
    this.open = true;
    const found = await this.search(text).catch(() => []);
    if (number !== this.asked) return;
    this.choices = found;
    this.at = found.findIndex((one) => one.key === this.value);
    if (this.at < 0 && text && found.length) this.at = 0;
  }

  #close() {
    this.open = false;
    this.typed = "";
    this.asked++;
  }

  /** @param {Choice|null} choice */
  #choose(choice) {
    this.#close();
    this.value = choice?.key ?? null;
    this.text = choice?.text ?? "";
    this.tell("pick", this.value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape" && this.open) {
      this.#close();
      event.stopPropagation();
    } else if (event.key === "Enter" && this.open) {
      if (this.choices[this.at]) this.#choose(this.choices[this.at]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.open) this.#find("");
      else this.#move(event.key === "ArrowDown" ? 1 : -1);
    } else return;
    event.preventDefault();
  }

  /** @param {number} by */
  async #move(by) {
    this.at = Math.max(0, Math.min(this.choices.length - 1, this.at + by));
    await this.updateComplete;
    this.renderRoot.querySelector("li.on")?.scrollIntoView({ block: "nearest" });
  }

  #list() {
    if (!this.open) return nothing;
    const row = (/** @type {Choice} */ one, /** @type {number} */ n) => html`<li
      role="option"
      id=${`o${n}`}
      aria-selected=${String(n === this.at)}
      class=${`${n === this.at ? "on" : ""} ${one.key === this.value ? "now" : ""}`}
      @pointerdown=${(/** @type {Event} */ event) => event.preventDefault()}
      @click=${(/** @type {Event} */ event) => {
        event.preventDefault();
        this.#choose(one);
      }}
    >
      ${one.text}
    </li>`;
    const none = html`<li class="none" role="option" aria-disabled="true">${this.empty}</li>`;
    return html`<ul role="listbox" id="list" aria-label=${this.label}>
      ${this.choices.length ? this.choices.map(row) : none}
    </ul>`;
  }

  #mark() {
    if (this.required || this.disabled || !this.value) return html`<span class="mark"><pl-icon name="arrowDown"></pl-icon></span>`;
    return html`<button type="button" class="mark" aria-label=${this.clearLabel} title=${this.clearLabel} @click=${() => this.#choose(null)}>
      <pl-icon name="close"></pl-icon>
    </button>`;
  }

  render() {
    return html`<label>
        ${this.hideLabel ? nothing : html`<span>${this.label}</span>`}
        <span class="box">
          <input
            role="combobox"
            autocomplete="off"
            aria-expanded=${String(this.open)}
            aria-controls="list"
            aria-autocomplete="list"
            aria-activedescendant=${this.open && this.at >= 0 ? `o${this.at}` : nothing}
            aria-label=${this.hideLabel ? this.label : nothing}
            aria-invalid=${this.problem ? "true" : nothing}
            aria-describedby=${this.hint || this.problem ? "about" : nothing}
            placeholder=${(this.open && this.text) || this.placeholder || nothing}
            ?disabled=${this.disabled}
            .value=${live(this.open ? this.typed : this.text)}
            @input=${(/** @type {Event} */ event) => {
              event.stopPropagation();
              this.#find(/** @type {HTMLInputElement} */ (event.target).value);
            }}
            @change=${(/** @type {Event} */ event) => event.stopPropagation()}
            @click=${() => this.open || this.#find("")}
            @blur=${() => this.#close()}
            @keydown=${this.#key}
          />
          ${this.#mark()}${this.#list()}
        </span>
      </label>
      ${this.hint || this.problem
        ? html`<small id="about" class=${this.problem ? "problem" : ""}>${this.problem || this.hint}</small>`
        : nothing}`;
  }
}

customElements.define("pl-picker", Picker);
