// <pl-target>: asks for a colleague, a contact or a number to transfer to, to consult, to add; tells `target` or `cancel`.
import { css, html, live } from "../vendor/lit.js";
import { looksLikeNumber, tidy } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "./people.js";
import { t } from "./words.js";

export class Target extends DeskElement {
  static properties = { purpose: {}, text: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pl-2);
        padding-block-start: var(--pl-3);
        border-block-start: 1px solid var(--pl-line);
      }
      form {
        display: flex;
        gap: var(--pl-2);
      }
      input {
        flex: 1;
        min-inline-size: 0;
        min-block-size: var(--pl-control);
        padding: 0 var(--pl-3);
        font: inherit;
        color: inherit;
        background: var(--pl-back);
        border: 1px solid var(--pl-line-strong);
        border-radius: var(--pl-radius-small);
      }
      pl-people {
        max-block-size: 14rem;
        overflow: auto;
      }
    `,
  ];

  constructor() {
    super();
    this.purpose = "transfer";
    this.text = "";
  }

  firstUpdated() {
    this.renderRoot.querySelector("input")?.focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (looksLikeNumber(this.text)) this.tell("target", tidy(this.text));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.tell("cancel");
  }

  render() {
    const type = (/** @type {InputEvent} */ event) => (this.text = /** @type {HTMLInputElement} */ (event.target).value);
    return html`<form @submit=${this.#submit} @keydown=${this.#key}>
        <input aria-label=${t(`target_${this.purpose}`)} placeholder=${t(`target_${this.purpose}`)} autocomplete="off" maxlength="40"
          .value=${live(this.text)} @input=${type} />
        <pl-button look="main" size="icon" icon="arrowRight" label=${t(this.purpose === "add" ? "addMember" : this.purpose)}
          ?disabled=${!looksLikeNumber(this.text)} @click=${this.#submit}></pl-button>
        <pl-button look="quiet" size="icon" icon="close" label=${t("cancel")} @click=${() => this.tell("cancel")}></pl-button>
      </form>
      <pl-people .app=${this.app} verb="choose" .search=${this.text} .limit=${6}
        @choose=${(/** @type {CustomEvent} */ event) => this.tell("target", event.detail.number)}></pl-people>`;
  }
}

customElements.define("pl-target", Target);
