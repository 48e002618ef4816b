// <pl-table>: rows in columns, on a narrow screen a card a row. Drawn into the page itself (styles/panel.css), so that cells may hold anything.
import { html, nothing, repeat } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";
import "./icon.js";

/**
 * @typedef {{key: string, head: string, cell: (item: any) => unknown, number?: boolean, wide?: boolean}} Column
 *   `number`: figures, aligned to the end; `wide`: takes what space is left
 */

export class Table extends PayLaterElement {
  static properties = {
    columns: { attribute: false },
    rows: { attribute: false },
    href: { attribute: false },
    rowKey: { attribute: false },
    label: {},
    empty: {},
    chosen: {},
    busy: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {Column[]} */
    this.columns = [];
    /** @type {any[]} */
    this.rows = [];
    /** Where a row leads; none: rows are no links. @type {((item: any) => string)|null} */
    this.href = null;
    /** @type {(item: any) => unknown} */
    this.rowKey = (item) => item.id;
    this.label = "";
    this.empty = "";
    this.chosen = "";
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  /** A click anywhere in a row follows its link. @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("a, button, pl-button, input, audio, pl-menu")) return;
    if (window.getSelection()?.toString()) return;
    const link = target.closest("tr")?.querySelector("a.row");
    if (link instanceof HTMLElement) link.click();
  }

  /** @param {any} item */
  #row(item) {
    const href = this.href?.(item);
    return html`<tr class=${`${href ? "link" : ""} ${this.chosen && this.rowKey(item) === this.chosen ? "chosen" : ""}`}>
      ${this.columns.map((column, n) => {
        const content = column.cell(item);
        const inner = href && n === 0 ? html`<a class="row" href=${href}>${content}</a>` : content;
        return html`<td data-label=${column.head} class=${`${column.number ? "number" : ""} ${column.wide ? "wide" : ""}`}><div>${inner}</div></td>`;
      })}
    </tr>`;
  }

  render() {
    if (!this.rows.length && !this.busy) {
      return html`<div class="empty"><pl-icon name="search"></pl-icon><p>${this.empty}</p></div>`;
    }
    return html`<table aria-label=${this.label || nothing} aria-busy=${String(this.busy)} @click=${this.#click}>
      <thead>
        <tr>
          ${this.columns.map((column) => html`<th scope="col" class=${column.number ? "number" : ""}>${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${this.busy && !this.rows.length
          ? [1, 2, 3].map(() => html`<tr class="ghost">${this.columns.map(() => html`<td><i></i></td>`)}</tr>`)
          : repeat(this.rows, this.rowKey, (item) => this.#row(item))}
      </tbody>
    </table>`;
  }
}

customElements.define("pl-table", Table);
