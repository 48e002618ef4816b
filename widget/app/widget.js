// <pl-widget>: the operator's desk. Sign-in, or status, calls and the sections under them.
import { html, nothing, repeat } from "../vendor/lit.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/badge.js";
import "./sign-in.js";
import "./status.js";
import "./call.js";
import "./last-call.js";
import "./preview.js";
import "./dial.js";
import "./contacts.js";
import "./history.js";
import "./team.js";
import "./tasks.js";
import "./settings.js";
import { layout } from "./widget-layout.js";
import { t } from "./words.js";

/** Sections: name, icon, right that it needs. @type {[string, string, string][]} */
const TABS = [
  ["calls", "dialpad", "calls.own"],
  ["contacts", "contacts", "contacts.read"],
  ["history", "history", ""],
  ["team", "people", "presence.read"],
  ["tasks", "callback", "missed.read"],
];

/** Width in pixels from which the dial pad is always there; the layout has the same figure. */
const WIDE = 720;

export class Widget extends DeskElement {
  static properties = { tab: { state: true }, search: { state: true }, wide: { state: true } };
  static styles = [
    DeskElement.styles,
    layout,
  ];

  constructor() {
    super();
    this.tab = "calls";
    /** There is room for the dial pad beside a section. */
    this.wide = false;
    /** What the page around us wants found in the contacts. */
    this.search = "";
    /** @type {number|undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(this.desk.session.onChange(() => this.requestUpdate()));
    this.whileConnected(this.desk.campaigns.store.subscribe(() => this.requestUpdate()));
    const watch = new ResizeObserver(([entry]) => (this.wide = entry.contentRect.width >= WIDE));
    watch.observe(this);
    this.whileConnected(() => watch.disconnect());
  }

  /** Show a section. @param {string} tab */
  show(tab) {
    this.tab = tab;
  }

  /** Look for a contact. @param {string} text */
  searchContacts(text) {
    this.tab = "contacts";
    this.search = text;
  }

  get #shown() {
    return this.wide && this.tab === "calls" ? "history" : this.tab;
  }

  #tabs() {
    return TABS.filter(([name, , right]) => (!right || this.desk.may(right)) && !(this.wide && name === "calls"));
  }

  /** @param {string} tab */
  #section(tab) {
    switch (tab) {
      case "contacts":
        return html`<pl-contacts .app=${this.app} .text=${this.search}></pl-contacts>`;
      case "history":
        return html`<pl-history .app=${this.app}></pl-history>`;
      case "team":
        return html`<pl-team .app=${this.app}></pl-team>`;
      case "tasks":
        return html`<pl-tasks .app=${this.app}></pl-tasks>`;
      case "settings":
        return html`<pl-settings .app=${this.app}></pl-settings>`;
      default:
        return html`<pl-dial .app=${this.app}></pl-dial>`;
    }
  }

  /** @param {[string, string, string]} tab */
  #tabButton([name, icon]) {
    const count = name === "tasks" ? this.state.missed.length + this.state.callbacks.length : 0;
    return html`<button type="button" aria-current=${this.#shown === name ? "page" : nothing} @click=${() => this.show(name)}>
      <pl-icon name=${icon}></pl-icon><span>${t(`tab_${name}`)}</span>
      ${count ? html`<b class="count">${count > 99 ? "99+" : count}</b>` : nothing}
    </button>`;
  }

  /** Requests of clients are worked on in the panel. */
  #requests() {
    if (!this.desk.may("tickets.write")) return nothing;
    return html`<a href="/panel/desk" target="_blank" rel="noopener"><pl-icon name="ticket"></pl-icon><span>${t("tab_requests")}</span></a>`;
  }

  #notice() {
    const { notice } = this.state;
    clearTimeout(this.timer);
    if (!notice) return nothing;
    const close = () => this.desk.store.set({ notice: null });
    this.timer = window.setTimeout(close, 8000);
    return html`<div class="notice ${notice.tone}" role="alert">
      <p>${notice.text}</p>
      <pl-button look="quiet" size="icon" icon="close" label=${t("dismissNotice")} @click=${close}></pl-button>
    </div>`;
  }

  render() {
    if (!this.desk.user) return html`<pl-sign-in .session=${this.desk.session}></pl-sign-in>`;
    if (this.desk.user.second_factor_due) return html`<p class="due" role="alert">${t("factorDue")}</p>`;
    return html`<div class="frame">
        <pl-status .app=${this.app} @settings=${() => this.show("settings")}></pl-status>
        <section class="calls" aria-live="polite" aria-label=${t("calls")}>
          <pl-preview .app=${this.app}></pl-preview>
          ${repeat(this.state.cards, (card) => card.key, (card) => html`<pl-call .app=${this.app} .card=${card}></pl-call>`)}
          ${repeat(this.desk.campaigns.state.due, (client) => client.attemptId, (client) => html`<pl-after-call .app=${this.app} .client=${client}></pl-after-call>`)}
          <pl-last-call .app=${this.app}></pl-last-call>
          ${this.wide ? html`<pl-dial .app=${this.app}></pl-dial>` : nothing}
        </section>
        <main>${this.#section(this.#shown)}</main>
        <nav aria-label=${t("sections")}>${this.#tabs().map((tab) => this.#tabButton(tab))}${this.#requests()}</nav>
      </div>
      ${this.#notice()}`;
  }
}

customElements.define("pl-widget", Widget);
