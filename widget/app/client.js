// <pl-client>: what is known of a client: the portrait; of a campaign's also the answers so far, and what to say.
import { css, html, nothing } from "../vendor/lit.js";
import { ct } from "../i18n/campaigns.js";
import { DeskElement } from "./desk-element.js";
import "../elements/icon.js";

export class Client extends DeskElement {
  static properties = { client: { attribute: false } };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pl-2);
      }
      dl {
        display: grid;
        grid-template-columns: fit-content(45%) minmax(0, 1fr);
        gap: 2px var(--pl-3);
        margin: 0;
        font-size: var(--pl-text-small);
      }
      dt {
        color: var(--pl-muted);
        overflow-wrap: anywhere;
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .answers {
        padding: var(--pl-2) var(--pl-3);
        background: var(--pl-accent-faint);
        border-radius: var(--pl-radius-small);
      }
      h3 {
        margin: 0;
        font-size: var(--pl-text-small);
        font-weight: 550;
        color: var(--pl-muted);
      }
      summary {
        font-size: var(--pl-text-small);
        font-weight: 550;
        color: var(--pl-muted);
        cursor: pointer;
      }
      .script {
        max-block-size: 11rem;
        margin-block-start: var(--pl-1);
        padding-inline-start: var(--pl-3);
        overflow: auto;
        overflow-wrap: anywhere;
        white-space: pre-line;
        border-inline-start: 2px solid var(--pl-line-strong);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Pick<import("../core/desk-campaigns.js").Client, "portrait"|"answers"|"script">} */
    this.client = /** @type {any} */ (undefined);
  }

  /** @param {[string, string][]} fields */
  #list(fields) {
    return html`<dl>${fields.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  }

  render() {
    const { portrait, answers, script } = this.client;
    return html`${portrait.length ? html`<section aria-label=${ct("portrait")}>${this.#list(portrait)}</section>` : nothing}
      ${answers.length ? html`<section class="answers" aria-label=${ct("answersSoFar")}><h3>${ct("answersSoFar")}</h3>${this.#list(answers)}</section>` : nothing}
      ${script ? html`<details open><summary>${ct("script")}</summary><div class="script" tabindex="0">${script}</div></details>` : nothing}`;
  }
}

customElements.define("pl-client", Client);
