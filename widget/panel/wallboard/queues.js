// Queues on the wallboard: figures of all together, and a row a queue.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { duration } from "../core/cells.js";
import { address } from "../core/router.js";

/** @typedef {import("../pages/wallboard.js").WallboardPage} Board */

/** How long the first of the line waits now. @param {any} queue */
function longest(queue) {
  if (!queue.waiting) return 0;
  return queue.longest_since ? Math.max(0, (Date.now() - Date.parse(queue.longest_since)) / 1000) : queue.longest_wait_s ?? 0;
}

/** @param {number|null} level percent @param {number} target */
const levelTone = (level, target) => (level === null || level === undefined ? "" : level >= target ? "good" : level >= target - 15 ? "warn" : "bad");

/** @param {number|null|undefined} level */
const percent = (level) => (level === null || level === undefined ? "—" : `${Math.round(level)} %`);

/** The service level of all queues, weighted by their answered and lost calls. @param {any[]} queues */
export function together(queues) {
  let [sum, weight] = [0, 0];
  for (const one of queues) {
    const own = (one.answered_today ?? 0) + (one.lost_today ?? 0);
    if (one.service_level === null || one.service_level === undefined || !own) continue;
    sum += one.service_level * own;
    weight += own;
  }
  return weight ? sum / weight : null;
}

/** @param {string} name @param {unknown} value @param {string} [tone] @param {unknown} [note] */
const tile = (name, value, tone = "", note = "") => html`<div class=${`tile ${tone}`}><dt>${name}</dt><dd>${value}</dd>${note ? html`<dd class="note">${note}</dd>` : nothing}</div>`;

/** @param {Board} board */
export function summary(board) {
  const queues = [...board.queues.values()];
  const count = (/** @type {string} */ name) => queues.reduce((all, one) => all + (one[name] ?? 0), 0);
  const waiting = count("waiting");
  const wait = Math.max(0, ...queues.map(longest));
  const level = together(queues);
  const target = queues.length ? Math.max(...queues.map((one) => one.target_percent ?? 80)) : 80;
  const people = [...board.operators.values()];
  const status = (/** @type {string} */ name) => people.filter((one) => one.status === name).length;
  return html`<dl class="tiles">
    ${board.has.queues
      ? html`${tile(t("waitingNow"), waiting, waiting ? "warn" : "")} ${tile(t("longestWait"), waiting ? duration(wait) : "—", wait > 60 ? "bad" : "")}
        ${tile(t("serviceLevel"), percent(level), levelTone(level, target), t("targetIs", { target }))}
        ${tile(t("today"), count("entered_today"), "", t("answeredLost", { answered: count("answered_today"), lost: count("lost_today") }))}`
      : nothing}
    ${board.has.calls ? tile(t("liveCalls"), board.calls.calls.size) : nothing}
    ${board.has.board && app.can("GET", "/missed-calls") ? tile(t("page.missed"), html`<a href=${address("missed")}>${board.missed}</a>`, board.missed ? "bad" : "") : nothing}
    ${board.has.operators ? tile(t("operatorsReady"), `${status("ready")} / ${people.length - status("offline")}`, "", t("onCallNow", { count: status("on_call") })) : nothing}
  </dl>`;
}

/** @param {Board} board */
export function queuesCard(board) {
  const rows = [...board.queues.values()].sort((a, b) => (b.waiting ?? 0) - (a.waiting ?? 0) || String(a.name).localeCompare(String(b.name)));
  const columns = [
    { key: "name", head: t("queue"), wide: true, cell: (/** @type {any} */ one) => one.name },
    {
      key: "waiting",
      head: t("waitingNow"),
      number: true,
      cell: (/** @type {any} */ one) => html`<b class=${one.waiting ? "warn" : ""}>${one.waiting ?? 0}</b>${one.callbacks_waiting ? html` <span class="muted" title=${t("page.callbacks")}>+${one.callbacks_waiting}</span>` : nothing}`,
    },
    { key: "longest", head: t("longestWait"), number: true, cell: (/** @type {any} */ one) => (one.waiting ? duration(longest(one)) : "—") },
    { key: "level", head: t("serviceLevel"), number: true, cell: (/** @type {any} */ one) => html`<pl-badge tone=${levelTone(one.service_level, one.target_percent ?? 80)}>${percent(one.service_level)}</pl-badge>` },
    { key: "staff", head: t("operatorsFree"), number: true, cell: (/** @type {any} */ one) => `${one.ready ?? 0} / ${one.online ?? 0}` },
    { key: "answered", head: t("answeredToday"), number: true, cell: (/** @type {any} */ one) => one.answered_today ?? 0 },
    { key: "lost", head: t("lostToday"), number: true, cell: (/** @type {any} */ one) => one.lost_today ?? 0 },
    { key: "average", head: t("averageWait"), number: true, cell: (/** @type {any} */ one) => duration(one.average_wait_s) },
  ];
  return html`<section class="card flush queues" aria-label=${t("page.queues")}>
    <h2 class="bar-title">${t("page.queues")}</h2>
    <pl-table label=${t("page.queues")} .columns=${columns} .rows=${rows} .rowKey=${(/** @type {any} */ one) => one.queue_id ?? one.id} ?busy=${!board.loaded}
      .href=${app.can("GET", "/queues/{id}") ? (/** @type {any} */ one) => address("queues", one.queue_id ?? one.id) : null} empty=${t("noQueues")}></pl-table>
  </section>`;
}
