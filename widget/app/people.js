// <pl-people>: colleagues and contacts that match a search, each to be chosen. Without a search: colleagues.
import { css, html, nothing } from "../vendor/lit.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import { dots } from "../elements/base.js";
import "../elements/icon.js";
import { t, TONES } from "./words.js";

/** @typedef {{name: string, number: string, note: string, tone: string}} Person */

const TYPING_MS = 200;
/** Statuses that can be reached first. */
const ORDER = ["ready", "wrap_up", "on_call", "reserved", "break", "away", "offline"];

export class People extends DeskElement {
  static properties = { search: {}, limit: { type: Number }, verb: {}, found: { state: true } };
  static styles = [
    DeskElement.styles,
    dots,
    css`
      ul {
        display: grid;
        gap: 1px;
        overflow: hidden;
        background: var(--pl-line);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
      }
      button {
        display: flex;
        gap: var(--pl-3);
        align-items: center;
        inline-size: 100%;
        padding: var(--pl-2) var(--pl-3);
        font: inherit;
        color: inherit;
        text-align: start;
        background: var(--pl-surface);
        border: 0;
        cursor: pointer;
      }
      button:hover {
        background: var(--pl-sunken);
      }
      button:focus-visible {
        outline-offset: -2px;
      }
      .name {
        flex: 1;
        min-inline-size: 0;
      }
      pl-icon {
        color: var(--pl-accent);
      }
    `,
  ];

  constructor() {
    super();
    this.search = "";
    this.limit = 8;
    /** What choosing does: "call" calls at once, anything else is told as `choose`. */
    this.verb = "call";
    /** @type {Person[]} */
    this.found = [];
    /** @type {number|undefined} */
    this.timer = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("search")) return;
    clearTimeout(this.timer);
    if (this.search.trim().length < 2 || !this.desk.may("contacts.read")) this.found = [];
    else this.timer = window.setTimeout(() => void this.#look(), TYPING_MS);
  }

  async #look() {
    const asked = this.search;
    try {
      const answer = await this.desk.request("GET", `/contacts?q=${encodeURIComponent(asked.trim())}&limit=${this.limit}`);
      if (asked !== this.search) return;
      this.found = answer.items.flatMap((/** @type {any} */ one) =>
        phonesOf(one).map((number) => ({ name: one.name, number, note: one.company ?? "", tone: "" })),
      );
    } catch (error) {
      this.desk.complain(error);
    }
  }

  /** @returns {Person[]} */
  #colleagues() {
    const words = this.search.toLowerCase().trim();
    const rank = (/** @type {{status: string}} */ one) => ORDER.indexOf(one.status);
    return this.state.team
      .filter((one) => one.user_id !== this.desk.user?.id && one.extension)
      .filter((one) => !words || one.name.toLowerCase().includes(words) || one.extension.startsWith(words))
      .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
      .map((one) => ({ name: one.name, number: one.extension, note: t(one.status), tone: TONES[one.status] }));
  }

  /** @param {Person} person */
  #choose(person) {
    if (this.verb !== "call") this.tell("choose", person);
    else void this.run("call", () => this.desk.call(person.number));
  }

  render() {
    const people = [...this.#colleagues(), ...this.found].slice(0, this.limit);
    if (!people.length) return nothing;
    return html`<ul>
      ${people.map(
        (one) => html`<li>
          <button type="button" @click=${() => this.#choose(one)} aria-label=${this.verb === "call" ? t("callTo", { name: one.name }) : nothing}>
            <i class=${one.tone}></i>
            <span class="name"><span class="cut">${one.name}</span><br /><span class="muted small">${readable(one.number)}${one.note ? html` · ${one.note}` : nothing}</span></span>
            ${this.verb === "call" ? html`<pl-icon name="phone"></pl-icon>` : nothing}
          </button>
        </li>`,
      )}
    </ul>`;
  }
}

/** Numbers of a contact. @param {any} contact @returns {string[]} */
export function phonesOf(contact) {
  return contact.phones.map((/** @type {{number: string}} */ one) => one.number);
}

customElements.define("pl-people", People);
