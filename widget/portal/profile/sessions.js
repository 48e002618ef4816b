// <pl-portal-sessions>: where one is signed in; others can be ended.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { agentText, moment } from "../core/texts.js";

const PATH = "/me/sessions";

export class PortalSessions extends PortalPage {
  static properties = { sessions: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.sessions = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    this.sessions = (await this.attempt(() => app.request("GET", PATH)))?.items ?? this.sessions;
  }

  /** @param {string} tail */
  async #end(tail) {
    await this.attempt(() => app.request("DELETE", PATH + tail));
    await this.load();
  }

  /** @param {any} one */
  #row(one) {
    const where = agentText(one.agent);
    return html`<li>
      <div><b>${where}</b> ${one.current ? html`<pl-badge tone="accent">${t("thisSession")}</pl-badge>` : nothing}<p class="small muted">${one.address} · ${moment(one.last_used_at)}</p></div>
      ${one.current ? nothing : html`<pl-button size="small" look="quiet" tone="bad" @click=${() => this.#end(`/${one.id}`)}>${t("endSession")}<span class="visually-hidden"> ${where}</span></pl-button>`}
    </li>`;
  }

  render() {
    return html`<div class="title-line"><h2>${t("sessions")}</h2>${this.sessions.length > 1 ? html`<pl-button size="small" @click=${() => this.#end("")}>${t("endOthers")}</pl-button>` : nothing}</div>
      ${this.trouble(() => this.load())}
      <ul class="lines">${this.sessions.map((one) => this.#row(one))}</ul>`;
  }
}

customElements.define("pl-portal-sessions", PortalSessions);
