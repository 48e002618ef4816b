// Live calls on the wallboard, and what a supervisor may do with them.
import { html, nothing, repeat } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { duration } from "../core/cells.js";
import { address, go } from "../core/router.js";
import { failure } from "../core/saving.js";

/** @typedef {import("../pages/wallboard.js").WallboardPage} Board */

/** @param {any} call */
const lasts = (call) => (Date.now() - Date.parse(call.answered_at ?? call.started_at)) / 1000;

/** @param {any} call */
const ofMe = (call) => (call.legs ?? []).some((/** @type {any} */ leg) => leg.role === "supervisor" && leg.state !== "down" && (leg.user_id === app.me.id || leg.number === app.me.extension));

/** @param {() => Promise<any>} work @param {string} [done] */
async function run(work, done = "") {
  try {
    await work();
    if (done) app.toast(done);
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {any} call */
function hangUp(call) {
  if (window.confirm(t("hangUpSure", { caller: call.caller || "—", called: call.called }))) run(() => app.request("DELETE", `/live-calls/${call.id}`));
}

/** Listen, whisper, barge in, take over, hang up: what this user may. @param {any} call */
function controls(call) {
  const talking = (call.legs ?? []).filter((/** @type {any} */ leg) => leg.state === "up").length > 1;
  const supervise = app.can("POST", "/calls/{id}/supervise") && app.me.extension;
  const mine = ofMe(call);
  const modes = [
    { value: "listen", label: t("listen"), icon: "listen" },
    { value: "whisper", label: t("whisper"), icon: "whisper" },
    { value: "barge", label: t("barge"), icon: "barge" },
    ...(app.can("POST", "/calls/{id}/take-over") ? [{ value: "take-over", label: t("takeOver"), icon: "takeOver" }] : []),
    ...(mine ? [{ value: "leave", label: t("leaveCall"), icon: "signOut" }] : []),
  ];
  const choose = (/** @type {CustomEvent} */ event) => {
    const one = `/calls/${call.id}`;
    if (event.detail === "take-over") run(() => app.request("POST", `${one}/take-over`), t("phoneRings"));
    else if (event.detail === "leave") run(() => app.request("DELETE", `${one}/supervise`));
    else run(() => app.request("POST", `${one}/supervise`, { body: { mode: event.detail } }), mine ? "" : t("phoneRings"));
  };
  const hang = app.can("DELETE", "/live-calls/{id}")
    ? html`<pl-button size="icon" look="quiet" tone="bad" icon="hangUp" label=${t("hangUp")} @click=${() => hangUp(call)}></pl-button>`
    : nothing;
  if (!supervise) return hang;
  return html`<pl-menu side="end" label=${t("supervise")} .choices=${modes.map((one) => ({ ...one, disabled: !talking && one.value !== "leave" }))} @choose=${choose}>
      <pl-button slot="opener" size="icon" look="quiet" icon="listen" label=${t("supervise")} popup="menu"></pl-button>
    </pl-menu>
    ${hang}`;
}

const TONES = /** @type {Record<string, string>} */ ({ info: "accent", warning: "warn", alarm: "bad" });

/** What rules found in it, the latest. @param {Board} board @param {any} call */
function alerts(board, call) {
  const found = board.alerts.get(call.id) ?? [];
  const last = found.at(-1);
  if (!last) return nothing;
  return html` <pl-badge tone=${TONES[last.severity] ?? ""} dot title=${`«${last.text}»`}>${last.rule_name}${found.length > 1 ? ` · ${found.length}` : ""}</pl-badge>`;
}

/** The way to what is said in it. @param {any} call */
function text(call) {
  if (!app.can("GET", "/calls/{id}/transcript")) return nothing;
  return html`<pl-button size="icon" look="quiet" icon="text" label=${t("liveText")} @click=${() => go(address("wallboard", call.id))}></pl-button>`;
}

/** Where the call is: a step of a menu, a queue, a conversation. @param {Board} board @param {any} call */
function where(board, call) {
  if (call.queue_id && board.queues.get(call.queue_id)) {
    const talking = (call.legs ?? []).filter((/** @type {any} */ leg) => leg.state === "up").length > 1;
    return `${board.queues.get(call.queue_id).name}${talking ? "" : ` · ${t("waits")}`}`;
  }
  return call.position?.step ? `${valueText("destination", "menu")}: ${call.position.step}` : valueText("state", call.state);
}

/** @param {any} call */
function parties(call) {
  const with_ = (call.legs ?? []).filter((/** @type {any} */ leg) => leg.role !== "caller" && leg.state === "up" && leg.number !== call.called).map((/** @type {any} */ leg) => leg.number);
  return html`<b>${call.caller || "—"}</b> → <b>${call.called}</b>${with_.length ? html` <span class="muted">(${with_.join(", ")})</span>` : nothing}`;
}

/** @param {Board} board */
export function callsCard(board) {
  const calls = board.calls.list();
  const row = (/** @type {any} */ call) => html`<li>
    <span class="parties">${parties(call)}</span>
    <span class="muted">${valueText("direction", call.direction)}</span>
    <span class="where">${where(board, call)}${ofMe(call) ? html` <pl-badge tone="accent" dot>${t("youListen")}</pl-badge>` : nothing}${alerts(board, call)}</span>
    <span class="digits">${duration(lasts(call))}</span>
    <span class="tools">${text(call)}${controls(call)}</span>
  </li>`;
  return html`<section class="card live" aria-label=${t("liveCalls")}>
    <h2>${t("liveCalls")}</h2>
    ${calls.length ? html`<ul class="live-calls" id="live-calls">${repeat(calls, (call) => call.id, row)}</ul>` : html`<div class="empty" id="live-calls"><pl-icon name="phone"></pl-icon><p>${t("nobodyCalls")}</p></div>`}
  </section>`;
}
