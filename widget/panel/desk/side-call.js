// <pl-side-call>: the call that a request came from: who called, how it sounded, what was said.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { outcomeBadge } from "../pages/outcomes.js";
import "../speech/call-speech.js";
import { fact } from "./parts.js";

export class SideCall extends PanelPage {
  static properties = { ticket: { attribute: false }, call: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {any} */
    this.call = null;
    this.shown = "";
  }

  willUpdate() {
    if (!this.ticket || this.shown === this.ticket.call_id) return;
    this.shown = this.ticket.call_id;
    this.call = null;
    if (app.can("GET", "/calls/{id}")) this.load();
  }

  async load() {
    this.call = (await app.request("GET", `/calls/${encodeURIComponent(this.shown)}`).catch(() => null)) ?? null;
  }

  render() {
    const { call } = this;
    if (!call) return nothing;
    return html`<section class="card" aria-label=${t("dk.call")}>
      <h2>${t("dk.call")}<span class="space"></span>${app.can("GET", "/calls") ? html`<a class="small" href=${address("calls", call.id)}>${t("dk.openCall")}</a>` : nothing}</h2>
      <dl class="facts tight">
        ${fact(label("Call", "caller"), html`<span class="digits">${call.caller || "—"}</span> ${call.caller_name}`)} ${fact(t("started"), moment(call.started_at))}
        ${fact(label("Call", "outcome"), outcomeBadge(call.outcome))} ${fact(label("Call", "talk_s"), duration(call.talk_s))}
        ${call.operator_name ? fact(label("Call", "operator_id"), call.operator_name) : nothing} ${fact(label("Call", "direction"), valueText("direction", call.direction))}
      </dl>
      <pl-call-speech .call=${call}></pl-call-speech>
    </section>`;
  }
}

customElements.define("pl-side-call", SideCall);
