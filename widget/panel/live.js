// Calls in progress, as they change.
import { fill, make } from "../core/dom.js";
import { LiveCalls } from "../core/feed.js";
import { duration, word } from "../core/text.js";
import { follow } from "../net/live.js";

/**
 * @param {{session: import("../core/session.js").Session, language: import("../core/text.js").Language,
 *   onEnded: () => void, onState: (connected: boolean) => void}} ports
 */
export function liveView({ session, language, onEnded, onState }) {
  const t = (/** @type {string} */ key) => word(key, language);
  const feed = new LiveCalls();
  const body = make("ul", { class: "live", id: "live-calls" });
  const problem = make("p", { class: "problem", role: "alert" });
  const mayControl = session.user.rights.some((/** @type {string} */ right) => right === "*" || right === "calls.control");

  /** @param {any} call */
  async function hangUp(call) {
    if (!window.confirm(t("hangUpSure"))) return;
    await session.request("DELETE", `/live-calls/${call.id}`).catch((error) => {
      problem.textContent = error.message;
    });
  }

  /** @param {any} call */
  function row(call) {
    const seconds = (Date.now() - Date.parse(call.started_at)) / 1000;
    return make(
      "li",
      {},
      make("span", { class: "parties" }, `${call.caller || "—"} → ${call.called}`),
      make("span", {}, t(call.direction)),
      make("span", {}, call.position?.step ?? String(call.state ?? "")),
      make("span", { class: "clock" }, duration(seconds)),
      mayControl ? make("button", { type: "button", onclick: () => hangUp(call) }, t("hangUp")) : null,
    );
  }

  function show() {
    const calls = feed.list();
    fill(body, ...(calls.length ? calls.map(row) : [make("li", { class: "muted" }, t("nobody"))]));
  }

  async function load() {
    try {
      feed.load((await session.request("GET", "/live-calls")).items);
      problem.textContent = "";
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
    show();
  }

  /** @param {any} message */
  function take(message) {
    const result = feed.take(message);
    if (message.type === "ready" || result === "reload") load();
    if (result === "reload" || result === "ended") onEnded();
    if (result === "changed" || result === "ended") show();
  }

  const stop = follow({ session, feed, onMessage: take, onState });
  const ticking = window.setInterval(show, 1000);
  show();
  return {
    element: make("section", { "aria-label": t("live") }, make("h2", {}, t("live")), problem, body),
    close: () => {
      stop();
      window.clearInterval(ticking);
    },
  };
}
