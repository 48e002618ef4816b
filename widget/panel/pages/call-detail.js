// A call with all that is known of it: what happened, who took part, how it sounds.
import { html, nothing } from "../../vendor/lit.js";
import { timeOfDay } from "../../core/language.js";
import { eventText, label, t, valueText } from "../../i18n/panel.js";
import "../speech/call-speech.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { outcomeBadge } from "./outcomes.js";

/** @param {any} call @param {{query?: string, from?: number}} [place] what to look for in its text, and from which second */
export function callDetail(call, { query = "", from = -1 } = {}) {
  return html`<div class="detail">
    <dl class="facts">
      ${fact(label("Call", "caller"), html`${call.caller || "—"} ${call.caller_name}`)} ${fact(label("Call", "called"), call.called)}
      ${fact(label("Call", "direction"), valueText("direction", call.direction))} ${fact(t("started"), moment(call.started_at))}
      ${fact(label("Call", "outcome"), outcomeBadge(call.outcome))} ${fact(label("Call", "talk_s"), duration(call.talk_s))}
      ${call.queue_name ? fact(label("Call", "queue_id"), call.queue_name) : nothing}
      ${call.operator_name ? fact(label("Call", "operator_id"), call.operator_name) : nothing}
      ${call.hold_s ? fact(label("Call", "hold_s"), duration(call.hold_s)) : nothing}
      ${call.cause_text ? fact(t("cause"), call.cause_text) : nothing}
      ${call.served_by === "fallback" ? fact(t("servedBy"), valueText("served_by", call.served_by)) : nothing}
    </dl>
    <pl-call-speech .call=${call} .query=${query} .from=${from}></pl-call-speech>
    ${visits(call)}
    <section>
      <h3>${t("events")}</h3>
      <ol class="events">
        ${call.events.map((/** @type {any} */ event) => html`<li><time datetime=${event.at}>${seconds(event.at)}</time><span>${eventText(event)}</span></li>`)}
      </ol>
    </section>
    <section>
      <h3>${t("legs")}</h3>
      <ul class="legs">${call.legs.map(leg)}</ul>
    </section>
  </div>`;
}

/** @param {string} name @param {unknown} value */
const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** @param {string} at */
const seconds = (at) => `${timeOfDay(at)}:${String(new Date(at).getSeconds()).padStart(2, "0")}`;

/** @param {any} call */
function visits(call) {
  if (!call.visits?.length) return nothing;
  return html`<section>
    <h3>${t("page.queues")}</h3>
    <ul class="legs">
      ${call.visits.map(
        (/** @type {any} */ one) => html`<li><b>${one.queue_name}</b><span>${valueText("outcome", one.outcome)}</span><span class="muted">${label("Call", "wait_s")} ${duration(one.wait_s)}</span></li>`,
      )}
    </ul>
  </section>`;
}

/** @param {any} one */
function leg(one) {
  const talked = one.answered_at && one.ended_at ? duration((Date.parse(one.ended_at) - Date.parse(one.answered_at)) / 1000) : "—";
  return html`<li>
    <b>${one.number || "—"}</b><span>${valueText("role", one.role)}</span><span class="muted">${one.user_id ? app.lookups.name("users", one.user_id) : ""}</span>
    <span class="digits">${talked}</span><span class="muted">${one.cause_text}</span>
  </li>`;
}
