// Times, sizes and lengths as the reader writes them.
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { app } from "./app.js";

const locale = () => (language() === "en" ? "en-GB" : "ru-RU");

/** Day and time in the account's zone, with the year when it is another. @param {string|null|undefined} at */
export function moment(at) {
  if (!at) return "—";
  const date = new Date(at);
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: app.zone };
  if (date.getFullYear() !== new Date().getFullYear()) parts.year = "numeric";
  return date.toLocaleString(locale(), parts);
}

/** A day without its time. @param {string} text ISO day @param {Intl.DateTimeFormatOptions} [parts] */
export function day(text, parts = { weekday: "short", day: "numeric", month: "short" }) {
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).toLocaleDateString(locale(), { ...parts, timeZone: "UTC" });
}

/** @param {string} text ISO month or its first day */
export function month(text) {
  return day(`${text.slice(0, 7)}-01`, { month: "long", year: "numeric" }).replace(/\s*г\.$/, "");
}

/** How long ago, in one word or two. @param {string} at @param {number} [now] */
export function age(at, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (seconds < 60) return t("ago.now");
  const words = new Intl.RelativeTimeFormat(language() === "en" ? "en" : "ru", { numeric: "auto", style: "short" });
  if (seconds < 3600) return words.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return words.format(-Math.floor(seconds / 3600), "hour");
  if (seconds < 30 * 86_400) return words.format(-Math.floor(seconds / 86_400), "day");
  return new Date(at).toLocaleDateString(locale(), { day: "numeric", month: "short", year: "numeric", timeZone: app.zone });
}

/** A length of time: `12 мин`, `3 ч 20 мин`, `2 дн. 4 ч`. @param {number|null|undefined} seconds */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return "—";
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t("span.s", { n: Math.round(seconds) });
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = days ? [t("span.d", { n: days }), hours ? t("span.h", { n: hours }) : ""] : [hours ? t("span.h", { n: hours }) : "", rest ? t("span.m", { n: rest }) : ""];
  return parts.filter(Boolean).join(" ");
}

/** @param {number} bytes */
export function size(bytes) {
  const units = language() === "en" ? ["B", "KB", "MB", "GB"] : ["Б", "КБ", "МБ", "ГБ"];
  const step = bytes ? Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024))) : 0;
  return `${(bytes / 1024 ** step).toFixed(step && bytes / 1024 ** step < 10 ? 1 : 0)} ${units[step]}`;
}

/** The browser and system in a few words. @param {string} agent */
export function agentText(agent) {
  const browser = /(Firefox|Edg|OPR|YaBrowser|Chrome|Safari)\/([\d]+)/.exec(agent);
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0];
  return browser ? `${browser[1].replace("Edg", "Edge").replace("OPR", "Opera")} ${browser[2]}${system ? `, ${system}` : ""}` : agent || "—";
}
