// An attempt in the columns of a table.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { address } from "../core/router.js";
import { outcomeBadge, shownNumber } from "./parts.js";

/** What a client answered to questions, in one line. @param {Record<string, any>|null|undefined} answers */
export function answersText(answers) {
  return Object.entries(answers ?? {})
    .map(([name, value]) => {
      const told = value && typeof value === "object" ? value.text ?? value.digits ?? value.value ?? JSON.stringify(value) : value;
      const sure = value && typeof value === "object" && typeof value.confidence === "number" ? ` (${Math.round(value.confidence * 100)} %)` : "";
      return `${name}: ${told}${sure}`;
    })
    .join("; ");
}

/** @param {any} one */
function verdict(one) {
  if (!one.verdict) return nothing;
  const sure = typeof one.verdict_confidence === "number" ? `, ${Math.round(one.verdict_confidence * 100)} %` : "";
  const after = typeof one.verdict_s === "number" ? `, ${Math.round(one.verdict_s * 10) / 10} ${t("seconds")}` : "";
  const words = `${valueText("verdict", one.verdict)}${sure}${after}`;
  return html` <span class="muted small">${words}${one.corrected ? ` → ${valueText("verdict", one.corrected)}` : ""}</span>`;
}

/** @param {any} one */
function client(one) {
  const name = one.lead_name || one.name || shownNumber(one.address);
  const inner = app.can("GET", "/leads/{id}") && one.lead_id ? html`<a href=${address("leads", one.lead_id)}>${name}</a>` : name;
  return html`<div>${inner}${one.lead_name || one.name ? html`<br /><span class="muted small digits">${shownNumber(one.address)}</span>` : nothing}</div>`;
}

/** @param {any} one */
function agent(one) {
  const name = one.operator_name || (one.operator_id ? app.lookups.name("users", one.operator_id) : "");
  const said = one.disposition_id ? one.disposition_title || app.lookups.name("dispositions", one.disposition_id) : "";
  return html`<div>${name || html`<span class="muted">—</span>`}${said ? html`<br /><pl-badge tone="accent">${said}</pl-badge>` : nothing}${one.note ? html`<br /><span class="muted small">${one.note}</span>` : nothing}</div>`;
}

/** @param {any} one */
function link(one) {
  if (one.channel && one.channel !== "phone") return valueText("channel", one.channel);
  if (!one.dialed_at || !app.can("GET", "/calls/{id}")) return nothing;
  return html`<a href=${address("calls", one.id)}>${t("openTheCall")}</a>`;
}

/** @param {{campaign?: boolean, lead?: boolean}} [wanted] which columns make sense here @returns {import("../../elements/table.js").Column[]} */
export function attemptColumns({ campaign = false, lead = true } = {}) {
  return [
    { key: "at", head: t("started"), cell: (/** @type {any} */ one) => moment(one.dialed_at ?? one.claimed_at) },
    ...(campaign ? [{ key: "campaign", head: t("campaignOne"), cell: (/** @type {any} */ one) => one.campaign_name || app.lookups.name("campaigns", one.campaign_id) }] : []),
    ...(lead ? [{ key: "lead", head: t("client"), wide: true, cell: client }] : [{ key: "address", head: t("number"), cell: (/** @type {any} */ one) => shownNumber(one.address) }]),
    { key: "number", head: t("attemptNumber"), number: true, cell: (/** @type {any} */ one) => one.number },
    { key: "outcome", head: t("outcomeIs"), cell: (/** @type {any} */ one) => html`<div>${outcomeBadge(one.ended_at || one.outcome ? one.outcome : null)}${verdict(one)}</div>` },
    { key: "operator", head: t("agentAndResult"), cell: agent },
    { key: "talk", head: t("talkTime"), number: true, cell: (/** @type {any} */ one) => (one.talk_s ? duration(one.talk_s) : "—") },
    { key: "answers", head: t("answersGiven"), cell: (/** @type {any} */ one) => answersText(one.answers) || html`<span class="muted">—</span>` },
    { key: "call", head: "", cell: link },
  ];
}
