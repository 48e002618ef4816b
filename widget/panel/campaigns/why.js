// Why so many lines now: the engine's explanation of a decision, in sentences. No DOM.
import { t, valueText } from "../../i18n/panel.js";
import { percent } from "./figures.js";

/** What is a share of 1. */
const SHARES = new Set(["answer_rate", "risk", "threshold", "abandon_rate", "target", "target_rate", "rate_day", "rate_month", "rate_window", "occupancy"]);
/** Told in sentences or elsewhere, not among the figures. */
const WORDS = new Set(["mode_reason", "limit", "mode"]);

/** A figure as it is read. @param {string} name @param {any} value */
export function figure(name, value) {
  if (value === null || value === undefined) return "—";
  if (typeof value !== "number") return String(value);
  if (SHARES.has(name)) return percent(value);
  return String(Math.round(value * 10) / 10);
}

/** A sentence where there is a word for the key, else nothing. @param {string} key @param {Record<string, any>} values */
function sentence(key, values) {
  const text = t(key, values);
  return text === key ? [] : [text];
}

/**
 * Sentences, the most telling first.
 * @param {Record<string, any>} explanation @param {string} mode the one in force
 * @returns {string[]}
 */
export function sentences(explanation, mode) {
  const values = Object.fromEntries(Object.entries(explanation).map(([name, value]) => [name, figure(name, value)]));
  const { limit, mode_reason: reason, agents, ready, freeing, ringing, coming, credit, in_flight: flying } = explanation;
  const said = [];
  if (agents === 0 && mode !== "robocall") said.push(t("why.noAgents"));
  else if (limit) said.push(...sentence(`why.limit.${limit}`, values));
  if (agents > 0 && ready === 0 && limit !== "free_operators") said.push(t("why.allBusy", values));
  if (freeing > 0.05) said.push(t("why.freeing", values));
  if (ringing > 0 && coming !== undefined) said.push(t("why.ringing", values));
  else if (explanation.answer_rate !== undefined && mode === "predictive") said.push(t("why.answering", values));
  if (credit < 0) said.push(t("why.creditOver", { over: figure("credit", -credit) }));
  else if (credit !== undefined) said.push(t("why.credit", values));
  if (flying > 0) said.push(t("why.in_flight", { in_flight: flying }));
  if (reason) said.push(...sentence("why.mode", { mode: valueText("mode", mode), reason: sentence(`why.reason.${reason}`, values)[0] ?? "" }));
  return said;
}

/** The figures behind it: name, words, value. @param {Record<string, any>} explanation @returns {{name: string, words: string, value: string}[]} */
export function facts(explanation) {
  return Object.entries(explanation)
    .filter(([name, value]) => !WORDS.has(name) && (typeof value === "number" || typeof value === "string"))
    .map(([name, value]) => {
      const words = t(`fact.${name}`);
      return { name, words: words.startsWith("fact.") ? name.replace(/_/g, " ") : words, value: figure(name, value) };
    });
}
