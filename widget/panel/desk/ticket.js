// <pl-ticket-page>: one request: its conversation, what may be done with it, all that is known of it; live.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/menu.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { failure, refusal } from "../core/saving.js";
import "./composer.js";
import "./conversation.js";
import { hear, help } from "./keys.js";
import { listed } from "./list.js";
import { optional } from "./parts.js";
import "./side.js";
import { ticketHead } from "./ticket-head.js";
import "./ticket-dialogs.js";
import { Viewing } from "./viewing.js";

const QUIET_MS = 150;
const KEYS = [["r", "dk.keyReply"], ["n", "dk.keyNote"], ["t", "dk.keyTake"], ["e", "dk.keyEscalate"], ["j k", "dk.keyNext"], ["u", "dk.keyBack"], ["Ctrl Enter", "dk.keySend"], ["/", "dk.keyReady"], ["?", "dk.keyHelp"]];

/** @typedef {{messages: any[], events: any[], promises: any, watchers: any[], checks: any[], work: any[], remote: any[]}} About */

const NOTHING = { messages: [], events: [], promises: null, watchers: [], checks: [], work: [], remote: [] };

export class TicketPage extends PanelPage {
  static properties = { ticket: { state: true }, about: { state: true }, helping: { state: true }, asked: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {About} */
    this.about = NOTHING;
    this.helping = false;
    /** Which window is open. @type {""|"escalate"|"merge"|"split"|"move"} */
    this.asked = "";
    /** @type {string} where it would go */
    this.target = "";
    this.shown = "";
    this.timer = 0;
    this.viewing = new Viewing(() => this.requestUpdate());
  }

  connectedCallback() {
    super.connectedCallback();
    hear(this, () => this.#keys());
    this.follow(["tickets"], ({ type, kind, key, data }) => {
      if (type === "reset") return this.later();
      if ((data?.ticket_id ?? key) !== this.place.id) return;
      if (kind === "viewing") this.viewing.read();
      else this.later();
    });
    this.whileConnected(() => {
      window.clearTimeout(this.timer);
      this.viewing.leave();
      this.shown = "";
    });
  }

  willUpdate() {
    if (this.shown === this.place.id) return;
    this.shown = this.place.id;
    this.ticket = null;
    this.about = NOTHING;
    this.asked = "";
    this.load();
    this.viewing.open(this.place.id);
  }

  get path() {
    return `/tickets/${encodeURIComponent(this.place.id)}`;
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), QUIET_MS);
  }

  async load() {
    const { path } = this;
    const ticket = await this.attempt(() => app.request("GET", path));
    if (!ticket || path !== this.path) return;
    const items = (/** @type {string} */ tail, /** @type {string} */ query = "") => optional(`/tickets/{id}${tail}`, `${path}${tail}${query}`, { items: [] }).then((page) => page.items ?? []);
    const [messages, events, promises, watchers, checks, work, remote] = await Promise.all([
      app.all(`${path}/messages`).catch(() => []),
      app.can("GET", "/tickets/{id}/events") ? app.all(`${path}/events`).catch(() => []) : [],
      optional("/tickets/{id}/promises", `${path}/promises`, null),
      items("/watchers"),
      items("/checks"),
      items("/work"),
      items("/links"),
    ]);
    if (path !== this.path) return;
    this.ticket = ticket;
    this.about = { messages, events, promises, watchers, checks, work, remote };
    document.title = `№ ${ticket.number} ${ticket.subject} · ${t("product")}`;
  }

  /** Do something to it, then read it anew; what fails is told. @param {() => Promise<any>} work @param {string} [done] @returns {Promise<boolean>} */
  async act(work, done = "") {
    try {
      await work();
      if (done) app.toast(done);
      this.asked = "";
      await this.load();
      return true;
    } catch (error) {
      const found = refusal(error);
      app.toast(found.conflict ? t("dk.changedMeanwhile") : found.fields.length ? found.fields.map((one) => one.message).join(". ") : failure(error), "bad");
      if (found.conflict) await this.load();
      return false;
    }
  }

  /** Change fields of it. @param {Record<string, any>} edit */
  edit(edit) {
    return this.act(() => app.request("PATCH", this.path, { body: { ...edit, version: this.ticket.version } }));
  }

  /** @param {string} state @param {string} [reason] */
  move(state, reason = "") {
    return this.act(() => app.request("POST", `${this.path}/state`, { body: { state, ...(reason ? { reason } : {}) } }));
  }

  take() {
    const { assignee_id: of, assignee_name: name } = this.ticket;
    const over = Boolean(of) && of !== app.me.id;
    if (over && !window.confirm(t("dk.takeOver", { name: name ?? "" }))) return undefined;
    return this.act(() => app.request("POST", `${this.path}/take`, { body: { over } }), t("dk.taken"));
  }

  /** @param {number} by */
  #step(by) {
    const next = listed.ids[listed.ids.indexOf(this.place.id) + by];
    if (next && listed.ids.includes(this.place.id)) go(address("desk", next));
  }

  /** @returns {import("./keys.js").Keys} */
  #keys() {
    const write = (/** @type {boolean} */ open) => /** @type {any} */ (this.querySelector("pl-composer"))?.begin(open);
    /** @type {import("./keys.js").Keys} */
    const keys = { r: () => write(true), n: () => write(false), u: () => go(listed.back || address("desk")), j: () => this.#step(1), k: () => this.#step(-1), "?": () => (this.helping = true) };
    if (app.can("POST", "/tickets/{id}/take")) keys.t = () => this.take();
    if (app.can("POST", "/tickets/{id}/escalate")) keys.e = () => (this.asked = "escalate");
    return keys;
  }

  #collision() {
    const others = this.viewing.others;
    if (!others.length) return nothing;
    const writing = others.filter((one) => one.writing).map((one) => one.name);
    return html`<p class=${`notice ${writing.length ? "warn" : ""} collision`} role="status">
      <pl-icon name="eye"></pl-icon><span>${t("dk.openAt", { names: others.map((one) => one.name).join(", ") })}${writing.length ? html`; <b>${t("dk.writes", { names: writing.join(", ") })}</b>` : nothing}</span>
    </p>`;
  }

  #merged() {
    const { merged_into: into } = this.ticket;
    if (!into) return nothing;
    return html`<p class="notice" role="status"><pl-icon name="merge"></pl-icon><span>${t("dk.isMerged")} <a href=${address("desk", into.id)}>№ ${into.number} ${into.subject}</a></span></p>`;
  }

  render() {
    const { ticket, about } = this;
    const back = listed.back || address("desk");
    if (!ticket) return html`${this.head("…", { back })} ${this.trouble(() => this.load())}`;
    return html`${ticketHead(this, back)} ${this.trouble(() => this.load())} ${this.#collision()} ${this.#merged()}
      <div class="ticket-page">
        <div class="talk">
          <pl-conversation .ticket=${ticket} .about=${about}></pl-conversation>
          ${app.can("POST", "/tickets/{id}/messages")
            ? html`<pl-composer .ticket=${ticket} @typing=${(/** @type {CustomEvent} */ event) => this.viewing.write(event.detail)} @sent=${() => this.load()}></pl-composer>`
            : nothing}
        </div>
        <pl-ticket-side .ticket=${ticket} .about=${about} .page=${this}></pl-ticket-side>
      </div>
      <pl-ticket-dialogs .ticket=${ticket} .messages=${about.messages} .page=${this} asked=${this.asked} target=${this.target}></pl-ticket-dialogs>
      ${help(this.helping, () => (this.helping = false), KEYS)}`;
  }
}

customElements.define("pl-ticket-page", TicketPage);
