// <pl-side-lists>: a request's checklist, the time spent on it, and who watches it.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { newId, secondsTyped } from "./figures.js";
import { spanText, when } from "./parts.js";
import { findStaff, picker, staffName } from "./pick.js";

export class SideLists extends PanelPage {
  static properties = { ticket: { attribute: false }, about: { attribute: false }, page: { attribute: false }, step: { state: true }, spent: { state: true }, address: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {import("./ticket.js").About} */
    this.about = /** @type {any} */ (null);
    /** @type {import("./ticket.js").TicketPage} */
    this.page = /** @type {any} */ (null);
    /** A step about to be added. */
    this.step = "";
    this.spent = { time: "", note: "", problem: "" };
    /** An address that should get letters of it. */
    this.address = "";
  }

  /** @param {string} method @param {string} tail @param {any} [body] */
  #send(method, tail, body) {
    return this.page.act(() => app.request(method, `/tickets/${encodeURIComponent(this.ticket.id)}${tail}`, body ? { body } : {}));
  }

  #checks() {
    const { checks } = this.about;
    const may = app.can("POST", "/tickets/{id}/checks");
    if (!checks.length && !may) return nothing;
    const done = checks.filter((one) => one.done_at || one.done).length;
    const add = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const text = this.step.trim();
      if (text && (await this.#send("POST", "/checks", { id: newId(), text }))) this.step = "";
    };
    return html`<section class="card" aria-label=${t("dk.checks")}>
      <h2>${t("dk.checks")} ${checks.length ? html`<span class="muted small">${t("dk.checksDone", { done, all: checks.length })}</span>` : nothing}</h2>
      ${checks.length ? html`<progress max=${checks.length} value=${done} aria-label=${t("dk.checks")}></progress>` : nothing}
      <ul class="checks">${checks.map((one) => this.#check(one))}</ul>
      ${may ? html`<form class="add-line" @submit=${add}><pl-field hide-label label=${t("dk.newStep")} placeholder=${t("dk.newStep")} limit="300" .value=${this.step} @input=${(/** @type {any} */ event) => (this.step = event.currentTarget.value)}></pl-field>
        <pl-button kind="submit" size="icon" icon="add" label=${t("add")}></pl-button></form>` : nothing}
    </section>`;
  }

  /** @param {any} one */
  #check(one) {
    const on = Boolean(one.done_at || one.done);
    const tail = `/checks/${one.id}`;
    const may = app.can("PATCH", "/tickets/{id}/checks/{check_id}") || app.can("POST", "/tickets/{id}/checks");
    return html`<li>
      <label><input type="checkbox" .checked=${on} ?disabled=${!may} @change=${() => this.#send("PATCH", tail, { done: !on })} /><span class=${on ? "done" : ""}>${one.text}</span></label>
      ${may ? html`<pl-button size="icon" look="quiet" icon="close" label=${`${t("remove")}: ${one.text}`} @click=${() => this.#send("DELETE", tail)}></pl-button>` : nothing}
    </li>`;
  }

  #work() {
    const { work } = this.about;
    const may = app.can("POST", "/tickets/{id}/work");
    if (!work.length && !may) return nothing;
    const all = work.reduce((sum, one) => sum + one.seconds, 0);
    const add = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const seconds = secondsTyped(this.spent.time);
      if (!seconds || seconds > 86_400) {
        this.spent = { ...this.spent, problem: t("dk.badTime") };
        return;
      }
      if (await this.#send("POST", "/work", { id: newId(), seconds, note: this.spent.note.trim() })) this.spent = { time: "", note: "", problem: "" };
    };
    const set = (/** @type {"time"|"note"} */ name) => (/** @type {any} */ event) => (this.spent = { ...this.spent, [name]: event.currentTarget.value, problem: "" });
    return html`<section class="card" aria-label=${t("dk.time")}>
      <h2>${t("dk.time")} ${all ? html`<span class="muted small">${t("dk.inAll", { span: spanText(all) })}</span>` : nothing}</h2>
      <ul class="works">${work.map((one) => html`<li><b class="nowrap">${spanText(one.seconds)}</b><span>${one.user_name || staffName(one.user_id)}${one.note ? html`<br /><span class="muted small">${one.note}</span>` : nothing}</span><span class="muted small nowrap">${when(one.at)}</span></li>`)}</ul>
      ${may ? html`<form class="add-line time" @submit=${add}>
        <pl-field hide-label label=${t("dk.timeSpent")} placeholder="1:30" problem=${this.spent.problem} .value=${this.spent.time} @input=${set("time")}></pl-field>
        <pl-field hide-label label=${t("dk.timeNote")} placeholder=${t("dk.timeNote")} limit="500" .value=${this.spent.note} @input=${set("note")}></pl-field>
        <pl-button kind="submit" size="icon" icon="add" label=${t("dk.addTime")}></pl-button></form>` : nothing}
    </section>`;
  }

  #watchers() {
    const { watchers } = this.about;
    const may = app.can("POST", "/tickets/{id}/watchers");
    if (!watchers.length && !may) return nothing;
    const mine = watchers.find((one) => one.user_id === app.me.id);
    const name = (/** @type {any} */ one) => one.name || one.user_name || one.account_name || one.email || staffName(one.user_id);
    const add = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const email = this.address.trim().toLowerCase();
      if (email && (await this.#send("POST", "/watchers", { id: newId(), email }))) this.address = "";
    };
    return html`<section class="card" aria-label=${t("dk.watchers")}>
      <h2>${t("dk.watchers")}<span class="space"></span>${may ? html`<pl-button size="small" icon="eye" .pressed=${Boolean(mine)} @click=${() => (mine ? this.#send("DELETE", `/watchers/${mine.id}`) : this.#send("POST", "/watchers", { id: newId(), user_id: app.me.id }))}>${t(mine ? "dk.watching" : "dk.watch")}</pl-button>` : nothing}</h2>
      ${watchers.length ? html`<ul class="watchers">${watchers.map((one) => html`<li><pl-icon name=${one.user_id ? "headset" : one.account_id ? "user" : "mail"}></pl-icon><span class="cut">${name(one)}</span>
        ${may ? html`<pl-button size="icon" look="quiet" icon="close" label=${`${t("remove")}: ${name(one)}`} @click=${() => this.#send("DELETE", `/watchers/${one.id}`)}></pl-button>` : nothing}</li>`)}</ul>` : nothing}
      ${may ? html`<div class="stack tight">
        ${picker({ label: t("dk.addColleague"), hideLabel: true, placeholder: t("dk.addColleague"), value: null, text: "", search: findStaff, pick: (key) => key && this.#send("POST", "/watchers", { id: newId(), user_id: key }) })}
        <form class="add-line" @submit=${add}><pl-field hide-label type="email" label=${t("dk.addAddress")} placeholder=${t("dk.addAddress")} .value=${this.address} @input=${(/** @type {any} */ event) => (this.address = event.currentTarget.value)}></pl-field>
          <pl-button kind="submit" size="icon" icon="add" label=${t("add")}></pl-button></form></div>` : nothing}
    </section>`;
  }

  render() {
    return this.about ? html`${this.#checks()} ${this.#work()} ${this.#watchers()}` : nothing;
  }
}

customElements.define("pl-side-lists", SideLists);
