// <pl-field label="Login">: a labelled input, select or text area that takes part in forms.
import { css, html, live, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";

/** @typedef {{value: string, label: string, disabled?: boolean}} Option */

export class Field extends PayLaterElement {
  static formAssociated = true;
  static shadowRootOptions = { .../** @type {any} */ (PayLaterElement).shadowRootOptions, delegatesFocus: true };
  static properties = {
    label: {},
    hideLabel: { type: Boolean, attribute: "hide-label" },
    name: { reflect: true },
    type: {},
    value: {},
    checked: { type: Boolean },
    options: { attribute: false },
    hint: {},
    problem: {},
    placeholder: {},
    autocomplete: {},
    mode: {},
    required: { type: Boolean },
    disabled: { type: Boolean },
    rows: { type: Number },
    limit: { type: Number },
    min: {},
    max: {},
    step: {},
  };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      label {
        display: grid;
        gap: var(--pl-1);
        font-size: var(--pl-text-small);
        font-weight: 550;
        color: var(--pl-muted);
      }
      label.check {
        display: flex;
        align-items: center;
        gap: var(--pl-2);
        font-size: inherit;
        font-weight: 400;
        color: var(--pl-text);
        min-block-size: var(--pl-control);
      }
      input,
      select,
      textarea {
        inline-size: 100%;
        min-inline-size: 0;
        min-block-size: var(--pl-control);
        padding: 0 var(--pl-3);
        font: var(--pl-text-base) / 1.4 var(--pl-font);
        color: var(--pl-text);
        background: var(--pl-surface);
        border: 1px solid var(--pl-line-strong);
        border-radius: var(--pl-radius-small);
        transition: border-color var(--pl-quick);
      }
      textarea {
        padding-block: var(--pl-2);
        resize: vertical;
      }
      input[type="checkbox"] {
        inline-size: 1.125rem;
        min-block-size: 1.125rem;
        margin: 0;
        accent-color: var(--pl-accent);
      }
      input::placeholder {
        color: var(--pl-muted);
        opacity: 0.75;
      }
      :is(input, select, textarea):hover:not(:disabled) {
        border-color: var(--pl-muted);
      }
      :is(input, select, textarea):focus-visible {
        outline: 2px solid var(--pl-accent);
        outline-offset: -1px;
        border-color: transparent;
      }
      :is(input, select, textarea):disabled {
        opacity: 0.6;
      }
      [aria-invalid="true"] {
        border-color: var(--pl-bad);
      }
      small {
        font-size: var(--pl-text-small);
        color: var(--pl-muted);
      }
      small.problem {
        color: var(--pl-bad);
      }
    `,
  ];

  constructor() {
    super();
    this.label = "";
    this.hideLabel = false;
    this.name = "";
    /** Any type of an input, or "select", "textarea". */
    this.type = "text";
    this.value = "";
    this.checked = false;
    /** @type {Option[]} */
    this.options = [];
    this.hint = "";
    this.problem = "";
    this.placeholder = "";
    this.autocomplete = "";
    this.mode = "";
    this.required = false;
    this.disabled = false;
    this.rows = 3;
    this.limit = 0;
    this.min = "";
    this.max = "";
    this.step = "";
    this.internals = this.attachInternals();
  }

  updated() {
    const on = this.type !== "checkbox" || this.checked;
    this.internals.setFormValue(on ? (this.type === "checkbox" ? "on" : this.value) : null);
    const empty = this.required && (this.type === "checkbox" ? !this.checked : this.value === "");
    const input = this.#input();
    if (empty && input) this.internals.setValidity({ valueMissing: true }, input.validationMessage || " ", input);
    else this.internals.setValidity({});
  }

  #input() {
    return /** @type {HTMLInputElement|null} */ (this.renderRoot.querySelector("input, select, textarea"));
  }

  /** @param {Event} event */
  #changed(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    this.value = input.value;
    this.checked = input.checked;
    // `input` leaves the shadow root by itself, `change` does not.
    if (event.type === "change") this.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
  }

  /** Enter sends the form, as from an input of the page. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Enter" && this.type !== "textarea" && this.type !== "select") this.internals.form?.requestSubmit();
  }

  #control() {
    const problem = this.problem ? "true" : nothing;
    const about = this.hint || this.problem ? "about" : nothing;
    const label = this.hideLabel ? this.label : nothing;
    if (this.type === "select") {
      return html`<select ?required=${this.required} ?disabled=${this.disabled} aria-invalid=${problem} aria-label=${label}
        aria-describedby=${about} .value=${live(this.value)} @change=${this.#changed}>
        ${this.options.map(
          (one) => html`<option value=${one.value} ?selected=${one.value === this.value} ?disabled=${one.disabled ?? false}>${one.label}</option>`,
        )}
      </select>`;
    }
    if (this.type === "textarea") {
      return html`<textarea rows=${this.rows} maxlength=${this.limit || nothing} ?required=${this.required}
        ?disabled=${this.disabled} aria-invalid=${problem} aria-label=${label} aria-describedby=${about}
        placeholder=${this.placeholder || nothing} .value=${live(this.value)} @input=${this.#changed} @change=${this.#changed}></textarea>`;
    }
    return html`<input type=${this.type} .value=${live(this.value)} .checked=${live(this.checked)}
      autocomplete=${/** @type {any} */ (this.autocomplete || nothing)} inputmode=${this.mode || nothing} placeholder=${this.placeholder || nothing}
      maxlength=${this.limit || nothing} min=${this.min || nothing} max=${this.max || nothing} step=${this.step || nothing}
      ?required=${this.required} ?disabled=${this.disabled} aria-invalid=${problem} aria-label=${label} aria-describedby=${about}
      autocapitalize="none" spellcheck="false" @input=${this.#changed} @change=${this.#changed} @keydown=${this.#key} />`;
  }

  render() {
    const words = this.hideLabel ? nothing : html`<span>${this.label}</span>`;
    return html`<label class=${this.type === "checkbox" ? "check" : ""}>
        ${this.type === "checkbox" ? html`${this.#control()}${words}` : html`${words}${this.#control()}`}
      </label>
      ${this.hint || this.problem
        ? html`<small id="about" class=${this.problem ? "problem" : ""}>${this.problem || this.hint}</small>`
        : nothing}`;
  }
}

customElements.define("pl-field", Field);
