// Contacts: favourites first, a search over all, a call to each number.
import { css, html, nothing } from "../vendor/lit.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/field.js";
import { phonesOf } from "./people.js";
import { rows } from "./rows.js";
import { t, TONES } from "./words.js";

const TYPING_MS = 250;

export class Contacts extends DeskElement {
  static properties = { text: { state: true }, items: { state: true }, favourites: { state: true }, next: { state: true } };
  static styles = [
    DeskElement.styles,
    rows,
    css`
      pl-field {
        margin-block-end: var(--pl-3);
      }
      pl-button.on::part(icon) {
        fill: currentColor;
      }
    `,
  ];

  constructor() {
    super();
    this.text = "";
    /** @type {any[]|null} */
    this.items = null;
    /** @type {any[]} */
    this.favourites = [];
    /** @type {string|null} */
    this.next = null;
    /** @type {number|undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    void this.run("load", () => Promise.all([this.#load(), this.#loadFavourites()]));
  }

  /** @param {string|null} [cursor] */
  async #load(cursor = null) {
    const asked = this.text;
    const query = new URLSearchParams({ limit: "30", ...(asked.trim() ? { q: asked.trim() } : {}), ...(cursor ? { cursor } : {}) });
    const page = await this.desk.request("GET", `/contacts?${query}`);
    if (asked !== this.text) return;
    this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
    this.next = page.next;
  }

  async #loadFavourites() {
    this.favourites = (await this.desk.request("GET", "/favourites")).items;
  }

  /** @param {Event} event */
  #type(event) {
    this.text = /** @type {any} */ (event.target).value;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#load().catch((error) => this.desk.complain(error)), TYPING_MS);
  }

  /** @param {string} id of a contact @param {boolean} on */
  #star(id, on) {
    return this.run(`star ${id}`, async () => {
      if (on) await this.desk.request("POST", "/favourites", { contact_id: id });
      else await this.desk.request("DELETE", `/favourites/${id}`);
      await this.#loadFavourites();
    });
  }

  /** @param {string} name @param {string} number */
  #callButton(name, number) {
    return html`<pl-button look="quiet" size="icon" icon="phone" label=${`${t("callTo", { name })} (${number})`}
      @click=${() => this.run("call", () => this.desk.call(number))}></pl-button>`;
  }

  /** @param {any} contact */
  #contact(contact) {
    const starred = this.favourites.some((one) => one.id === contact.id);
    const numbers = phonesOf(contact);
    return html`<li>
      <div class="grow">
        <div class="cut">${contact.name}</div>
        <div class="cut muted small">${[contact.company, numbers.map(readable).join(", ")].filter(Boolean).join(" · ")}</div>
      </div>
      <pl-button look="quiet" size="icon" icon="star" .pressed=${starred} label=${t(starred ? "favouriteRemove" : "favouriteAdd")}
        @click=${() => this.#star(contact.id, !starred)}></pl-button>
      ${numbers.length ? this.#callButton(contact.name, numbers[0]) : nothing}
    </li>`;
  }

  /** @param {any} favourite */
  #favourite(favourite) {
    const { contact } = favourite;
    const colleague = this.state.team.find((one) => one.user_id === favourite.colleague?.id);
    const name = contact?.name ?? favourite.colleague?.name ?? "";
    const number = contact ? (phonesOf(contact)[0] ?? "") : (favourite.colleague?.extension ?? "");
    return html`<li>
      ${colleague ? html`<i class="dot ${TONES[colleague.status]}"></i>` : nothing}
      <div class="grow">
        <div class="cut">${name}</div>
        <div class="cut muted small">${readable(number)}</div>
      </div>
      <pl-button look="quiet" size="icon" icon="star" .pressed=${true} label=${t("favouriteRemove")} @click=${() => this.#star(favourite.id, false)}></pl-button>
      ${number ? this.#callButton(name, number) : nothing}
    </li>`;
  }

  render() {
    const searching = this.text.trim() !== "";
    return html`<pl-field label=${t("search")} hide-label type="search" placeholder=${t("search")} limit="100" .value=${this.text} @input=${this.#type}></pl-field>
      ${this.favourites.length && !searching
        ? html`<section aria-label=${t("favourites")}>
            <div class="head"><h3>${t("favourites")}</h3></div>
            <ul class="list">${this.favourites.map((one) => this.#favourite(one))}</ul>
          </section>`
        : nothing}
      <section aria-label=${t("everybody")}>
        <div class="head"><h3>${t("everybody")}</h3></div>
        ${this.items === null
          ? html`<p class="muted">${t("loading")}</p>`
          : this.items.length
            ? html`<ul class="list">${this.items.map((one) => this.#contact(one))}</ul>`
            : html`<div class="empty"><pl-icon name="contacts"></pl-icon>${t(searching ? "nothing" : "noContacts")}</div>`}
        ${this.next ? html`<div class="more"><pl-button @click=${() => this.run("load", () => this.#load(this.next))}>${t("more")}</pl-button></div>` : nothing}
      </section>`;
  }
}

customElements.define("pl-contacts", Contacts);
