// Parts of the monitor: tiles, the explanation, lines and operators by state, charts.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { budget, percent, rateTone } from "./figures.js";
import { progressBar, stateBadge, tile } from "./parts.js";
import { facts, sentences } from "./why.js";

/** @typedef {ReturnType<typeof import("./board.js").together>|null} Now */

/** @param {any} campaign */
export function lead(campaign) {
  const words = [valueText("mode", campaign.mode), campaign.queue_id ? app.lookups.name("queues", campaign.queue_id) : ""].filter(Boolean).join(" · ");
  return html`${stateBadge(campaign.state)} ${words}`;
}

/** @param {any} campaign */
const target = (campaign) => campaign.settings?.pacing?.target_rate ?? 0.03;

/** @param {any} campaign @param {any} monitor @param {Now} now */
export function tiles(campaign, monitor, now) {
  const limit = target(campaign);
  const counts = monitor.leads ?? {};
  const day = { humans: monitor.humans_24h ?? 0, abandoned: monitor.abandoned_24h ?? 0 };
  const left = budget(day, limit);
  const rate = monitor.day?.abandon_rate ?? left.rate;
  const agents = campaign.mode !== "robocall";
  return html`<dl class="tiles roomy">
    ${tile(t("linesNow"), now?.lines ?? 0, "", now ? valueText("mode", now.mode) : t("notRunning"))}
    ${agents ? tile(t("agentsNow"), `${now?.ready ?? 0} / ${now?.agents ?? 0}`, "", t("operatorsFree")) : nothing}
    ${agents && now ? tile(t("occupancy"), percent(now.occupancy)) : nothing}
    ${tile(t("connectRate"), percent(monitor.connect_rate), "", html`${t("answerRate")} ${percent(now?.answer_rate ?? monitor.answer_rate)}`)}
    ${agents ? tile(t("abandonRate"), percent(rate), rateTone(rate, limit), t("ofLimit", { target: percent(limit) })) : nothing}
    ${agents
      ? tile(t("budgetLeft"), left.over ? html`<span class="phrase">${t("budgetOver")}</span>` : left.left, left.over ? "bad" : "", t("budgetUsed", { ...day, target: percent(limit) }))
      : nothing}
    ${tile(t("leadsLeft"), counts.left ?? Math.max(0, (counts.total ?? 0) - (counts.done ?? 0)), "", t("leadsDone", { done: counts.done ?? 0, total: counts.total ?? 0 }))}
    ${tile(t("etaLabel"), monitor.eta_at ? html`<span class="phrase">${t("etaWhen", { when: moment(monitor.eta_at) })}</span>` : html`<span class="phrase">${t("etaNone")}</span>`, "", progressBar(counts.done, counts.total))}
  </dl>`;
}

/** @param {any} campaign @param {Now} now */
export function why(campaign, now) {
  if (campaign.state !== "running") return nothing;
  const lines = now?.wanted || now?.lines || 0;
  const said = now ? sentences(now.explanation, now.mode) : [];
  const figures = now ? facts(now.explanation) : [];
  return html`<section class="card why" aria-live="off">
    <h2>${t("whyLines", { n: lines })}</h2>
    ${said.length ? html`<ul>${said.map((one) => html`<li>${one}</li>`)}</ul>` : html`<p class="muted">${t("whyNothing")}</p>`}
    ${figures.length
      ? html`<details class="more"><summary>${t("whyMore")}</summary>
          <dl class="facts">${figures.map((one) => html`<div><dt>${one.words}</dt><dd class="digits">${one.value}</dd></div>`)}</dl>
        </details>`
      : nothing}
  </section>`;
}

/** Parts of a whole as a bar with words. @param {string} title @param {[string, number, string][]} parts name, how many, tone @param {string} none */
function stack(title, parts, none) {
  const all = parts.reduce((sum, [, count]) => sum + count, 0);
  let at = 0;
  const pieces = parts.map(([name, count, tone]) => {
    const x = at;
    at += count;
    return html`<svg x=${`${(x / Math.max(all, 1)) * 100}%`} width=${`${(count / Math.max(all, 1)) * 100}%`} height="100%" class=${tone}><title>${name}: ${count}</title><rect width="100%" height="100%"></rect></svg>`;
  });
  return html`<section class="card stack-card" aria-label=${title}>
    <h2>${title}</h2>
    <svg class="stack-bar" role="img" aria-label=${title}>${pieces}</svg>
    ${all
      ? html`<ul>${parts.filter(([, count]) => count).map(([name, count, tone]) => html`<li><i class=${tone}></i><span>${name}</span><b class="digits">${count}</b></li>`)}</ul>`
      : html`<p class="muted">${none}</p>`}
  </section>`;
}

const LINE_TONES = /** @type {Record<string, string>} */ ({ claimed: "muted", shown: "warn", dialing: "muted", left: "bad", ringing: "accent", detecting: "other", waiting: "warn", talking: "good", menu: "good", answered: "good" });

const STATUSES = ["ready", "reserved", "on_call", "wrap_up", "break", "away"];
const AGENT_TONES = /** @type {Record<string, string>} */ ({ ready: "good", reserved: "warn", on_call: "accent", wrap_up: "other", break: "muted", away: "bad" });

/** @param {any} campaign @param {any} monitor */
export function states(campaign, monitor) {
  const lines = Object.entries(monitor.lines ?? {}).map(([name, count]) => /** @type {[string, number, string]} */ ([t(`lineIs.${name}`), Number(count), LINE_TONES[name] ?? "muted"]));
  const people = STATUSES.filter((name) => monitor.agents?.[name]).map((name) => /** @type {[string, number, string]} */ ([valueText("status", name), monitor.agents[name], AGENT_TONES[name] ?? "muted"]));
  return html`<div class="pair-cards">
    ${stack(t("linesByState"), lines, t("noLines"))} ${campaign.mode === "robocall" ? nothing : stack(t("agentsByState"), people, t("noAgentsNow"))}
  </div>`;
}

/** @param {any} campaign @param {ReturnType<import("./board.js").Board["course"]>} course */
export function charts(campaign, { times, points }) {
  if (times.length < 2) return html`<p class="card muted">${t("chartEmpty")}</p>`;
  const limit = target(campaign) * 100;
  const share = (/** @type {"occupancy"|"abandon_rate"} */ name) => points.map((one) => (one?.[name] === null || one === null ? null : one[name] * 100));
  const count = (/** @type {"lines"|"agents"|"talking"} */ name) => points.map((one) => one?.[name] ?? null);
  const robot = campaign.mode === "robocall";
  const lines = [
    { name: t("linesNow"), tone: "accent", values: count("lines") },
    ...(robot ? [] : [{ name: t("agentsNow"), tone: "muted", values: count("agents") }, { name: t("agentIs.talking"), tone: "good", values: count("talking") }]),
  ];
  const card = (/** @type {string} */ title, /** @type {any[]} */ series, /** @type {number} */ top) =>
    html`<section class="card"><h2>${title}</h2><pl-chart label=${title} .times=${times} .top=${top} .series=${series}></pl-chart></section>`;
  const lost = [
    { name: t("abandonRate"), tone: "bad", unit: " %", values: share("abandon_rate") },
    { name: t("complianceTarget"), tone: "muted", unit: " %", values: points.map(() => limit) },
  ];
  return html`<div class="charts">
    ${card(t("chartLines"), lines, 0)}
    ${robot ? nothing : html`${card(t("occupancy"), [{ name: t("occupancy"), tone: "accent", unit: " %", values: share("occupancy") }], 100)} ${card(t("abandonRate"), lost, limit * 2)}`}
  </div>`;
}
