// <pl-tree>: rows that open, are chosen, dragged onto each other; arrows, Enter and Delete do the same. Drawn into the page itself.
import { html, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";
import "./icon.js";

/** @typedef {{key: string, content: unknown, actions?: unknown, children: Row[], tone?: string, drag?: boolean, label: string}} Row */

export class Tree extends PayLaterElement {
  static properties = { rows: { attribute: false }, chosen: {}, label: {}, closed: { state: true }, over: { state: true } };

  constructor() {
    super();
    /** @type {Row[]} */
    this.rows = [];
    this.chosen = "";
    this.label = "";
    /** @type {Set<string>} */
    this.closed = new Set();
    this.over = "";
    this.dragged = "";
  }

  createRenderRoot() {
    return this;
  }

  /** @param {string} key */
  #fold(key) {
    const closed = new Set(this.closed);
    if (!closed.delete(key)) closed.add(key);
    this.closed = closed;
  }

  #items() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=treeitem] > .row")]);
  }

  /** @param {KeyboardEvent} event @param {Row} row */
  #key(event, row) {
    if (event.target !== event.currentTarget) return;
    const items = this.#items();
    const here = items.indexOf(/** @type {HTMLElement} */ (event.currentTarget));
    const open = row.children.length && !this.closed.has(row.key);
    if (event.key === "ArrowDown") items[here + 1]?.focus();
    else if (event.key === "ArrowUp") items[here - 1]?.focus();
    else if (event.key === "ArrowRight" && row.children.length) open ? items[here + 1]?.focus() : this.#fold(row.key);
    else if (event.key === "ArrowLeft" && open) this.#fold(row.key);
    else if (event.key === "Enter" || event.key === " ") this.tell("choose", row.key);
    else if (event.key === "Delete") this.tell("remove", row.key);
    else return;
    event.preventDefault();
  }

  /** @param {DragEvent} event @param {Row} row */
  #grab(event, row) {
    this.dragged = row.key;
    event.dataTransfer?.setData("text/plain", row.label);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    event.stopPropagation();
  }

  /** @param {DragEvent} event @param {Row} row */
  #hover(event, row) {
    if (!this.dragged || this.dragged === row.key) return;
    event.preventDefault();
    this.over = row.key;
  }

  /** @param {DragEvent} event @param {Row} row */
  #drop(event, row) {
    event.preventDefault();
    const from = this.dragged;
    this.dragged = this.over = "";
    if (from && from !== row.key) this.tell("move", { from, to: row.key });
  }

  /** @param {Row} row @param {number} level @returns {unknown} */
  #row(row, level) {
    const open = !this.closed.has(row.key);
    const has = row.children.length > 0;
    return html`<li role="treeitem" aria-level=${level} aria-selected=${String(row.key === this.chosen)} aria-expanded=${has ? String(open) : nothing} aria-label=${row.label}>
      <div
        class=${`row ${row.tone ?? ""} ${row.key === this.chosen ? "chosen" : ""} ${row.key === this.over ? "over" : ""}`}
        tabindex="0"
        draggable=${row.drag ? "true" : "false"}
        @dragstart=${(/** @type {DragEvent} */ event) => this.#grab(event, row)}
        @dragover=${(/** @type {DragEvent} */ event) => this.#hover(event, row)}
        @dragleave=${() => (this.over = "")}
        @dragend=${() => (this.dragged = this.over = "")}
        @drop=${(/** @type {DragEvent} */ event) => this.#drop(event, row)}
        @click=${() => this.tell("choose", row.key)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event, row)}
      >
        ${has
          ? html`<button type="button" class="fold" tabindex="-1" aria-hidden="true" @click=${(/** @type {Event} */ event) => {
              event.stopPropagation();
              this.#fold(row.key);
            }}><pl-icon name=${open ? "arrowDown" : "arrowRight"}></pl-icon></button>`
          : html`<span class="fold"></span>`}
        ${row.content}
        ${row.actions ? html`<span class="actions" @click=${(/** @type {Event} */ event) => event.stopPropagation()}>${row.actions}</span>` : nothing}
      </div>
      ${has && open ? html`<ul role="group">${row.children.map((child) => this.#row(child, level + 1))}</ul>` : nothing}
    </li>`;
  }

  render() {
    return html`<ul role="tree" aria-label=${this.label}>${this.rows.map((row) => this.#row(row, 1))}</ul>`;
  }
}

customElements.define("pl-tree", Tree);
