// The call history: filters, pages, and the detail of a call.
import { fill, make } from "../core/dom.js";
import { duration, historyPath, moment, word } from "../core/text.js";
import { callDetail } from "./detail.js";

const DIRECTIONS = ["inbound", "outbound", "internal"];
const OUTCOMES = ["answered", "served", "abandoned", "voicemail", "busy", "no_answer", "rejected", "failed", "turned_away"];
const TYPING_MS = 300;

/** @param {{session: import("../core/session.js").Session, language: import("../core/text.js").Language}} ports */
export function historyView({ session, language }) {
  const t = (/** @type {string} */ key) => word(key, language);
  /** @type {string|null} */
  let next = null;
  let asked = 0;
  const rows = make("tbody", { id: "calls" });
  const problem = make("p", { class: "problem", role: "alert" });
  const more = make("button", { type: "button", hidden: true, onclick: () => load(next) }, t("more"));
  const detail = /** @type {HTMLDialogElement} */ (make("dialog", { "aria-label": t("history") }));
  const form = /** @type {HTMLFormElement} */ (make("form", { class: "filters", role: "search" }, ...filterFields()));

  function filterFields() {
    const choice = (/** @type {string} */ name, /** @type {string[]} */ values) =>
      make(
        "label",
        {},
        t(name),
        make("select", { name }, make("option", { value: "" }, t("any")), ...values.map((value) => make("option", { value }, t(value)))),
      );
    return [
      make("label", {}, t("search"), make("input", { name: "q", type: "search", maxLength: 100 })),
      make("label", {}, t("from"), make("input", { name: "from", type: "date" })),
      make("label", {}, t("to"), make("input", { name: "to", type: "date" })),
      choice("direction", DIRECTIONS),
      choice("outcome", OUTCOMES),
    ];
  }

  /** @param {any} call */
  function row(call) {
    const open = () => show(call.id);
    const outcome = call.outcome ?? "in_progress";
    return make(
      "tr",
      {},
      make("td", { "data-label": t("time") }, make("button", { type: "button", class: "link", onclick: open }, moment(call.started_at, language))),
      make("td", { "data-label": t("direction") }, t(call.direction)),
      make("td", { "data-label": t("caller") }, call.caller || "—", call.caller_name ? ` ${call.caller_name}` : ""),
      make("td", { "data-label": t("called") }, call.called),
      make("td", { "data-label": t("outcome"), class: outcome }, t(outcome), call.recorded ? " ●" : ""),
      make("td", { "data-label": t("talk") }, call.talk_s ? duration(call.talk_s) : "—"),
    );
  }

  /** @param {string|null} cursor */
  async function load(cursor) {
    const number = ++asked;
    const filters = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    try {
      const page = await session.request("GET", historyPath(filters, cursor), { language });
      if (number !== asked) return;
      const items = page.items.map(row);
      if (cursor) rows.append(...items);
      else fill(rows, ...(items.length ? items : [make("tr", {}, make("td", { colSpan: 6 }, t("nothing")))]));
      next = page.next;
      more.hidden = !next;
      problem.textContent = "";
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {string} id */
  async function show(id) {
    try {
      const call = await session.request("GET", `/calls/${id}`, { language });
      const close = make("button", { type: "button", onclick: () => detail.close() }, t("close"));
      fill(detail, callDetail({ call, session, language }), close);
      detail.showModal();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  let typing = 0;
  const later = () => {
    window.clearTimeout(typing);
    typing = window.setTimeout(() => load(null), TYPING_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    load(null);
  });
  load(null);
  const heads = ["time", "direction", "caller", "called", "outcome", "talk"].map((key) => make("th", { scope: "col" }, t(key)));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), rows);
  return {
    element: make("section", { "aria-label": t("history") }, make("h2", {}, t("history")), form, problem, table, more, detail),
    refresh: later,
  };
}
