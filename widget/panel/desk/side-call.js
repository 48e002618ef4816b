// <pl-side-call>: the call that a request came from: who called, how it sounded, what was said.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { outcomeBadge } from "../pages/outcomes.js";
import "../../elements/transcript-player.js";
import "../speech/call-speech.js";
import { fact, optional } from "./parts.js";

export class SideCall extends PanelPage {
  static properties = { ticket: { attribute: false }, call: { state: true }, transcript: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {any} */
    this.call = null;
    /** What was said, for whoever may see the request and not the call. @type {any} */
    this.transcript = null;
    /** @type {() => Promise<Blob>} */
    this.audio = () => app.request("GET", `/tickets/${this.ticket.id}/recording`, { blob: true });
    this.shown = "";
  }

  willUpdate() {
    if (!this.ticket || this.shown === this.ticket.call_id) return;
    this.shown = this.ticket.call_id;
    this.call = this.transcript = null;
    this.load();
  }

  async load() {
    const { id } = this.ticket;
    const call = await optional("/calls/{id}", `/calls/${encodeURIComponent(this.shown)}`, null);
    const transcript = call ? null : await optional("/tickets/{id}/transcript", `/tickets/${id}/transcript`, null);
    if (id === this.ticket.id) [this.call, this.transcript] = [call, transcript];
  }

  /** The call itself is not for this reader's eyes: how it sounded and what was said is, with the request. */
  #heard() {
    const audio = app.can("GET", "/tickets/{id}/recording");
    if (!this.transcript && !audio) return nothing;
    return html`<section class="card" aria-label=${t("dk.call")}>
      <h2>${t("dk.call")}</h2>
      <pl-transcript-player .transcript=${this.transcript} .audio=${audio ? this.audio : null} .names=${{ client: this.ticket.author_phone, operator: "" }}></pl-transcript-player>
    </section>`;
  }

  render() {
    const { call } = this;
    if (!call) return this.#heard();
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
