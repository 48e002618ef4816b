// One call: parties, course, hang-up cause, recording.
import { fill, make } from "../core/dom.js";
import { duration, eventText, moment, word } from "../core/text.js";

/**
 * @param {{call: any, session: import("../core/session.js").Session,
 *   language: import("../core/text.js").Language}} ports
 */
export function callDetail({ call, session, language }) {
  const t = (/** @type {string} */ key) => word(key, language);
  const fact = (/** @type {string} */ key, /** @type {string} */ value) =>
    value ? make("p", {}, make("b", {}, `${t(key)}: `), value) : null;
  const legs = call.legs.map((/** @type {any} */ leg) =>
    make("li", {}, `${leg.number || leg.endpoint} — ${leg.cause_text || t(leg.answered_at ? "answered" : "no_answer")}`),
  );
  const events = call.events.map((/** @type {any} */ event) =>
    make("li", {}, make("time", { dateTime: event.at }, moment(event.at, language)), ` ${eventText(event, language)}`),
  );
  return make(
    "article",
    {},
    make("h2", {}, `${call.caller || "—"} → ${call.called}`),
    fact("time", moment(call.started_at, language)),
    fact("outcome", t(call.outcome ?? "in_progress")),
    fact("talk", call.talk_s ? duration(call.talk_s) : ""),
    fact("cause", call.cause_text),
    fact("servedBy", call.served_by === "fallback" ? t("fallback") : ""),
    call.recorded ? player({ call, session, language }) : null,
    legs.length ? make("h3", {}, t("legs")) : null,
    make("ul", {}, ...legs),
    make("h3", {}, t("events")),
    make("ol", { class: "events" }, ...events),
  );
}

/** @param {{call: any, session: import("../core/session.js").Session, language: import("../core/text.js").Language}} ports */
function player({ call, session, language }) {
  const place = make("div", { class: "player" });
  const listen = async () => {
    try {
      const sound = await session.request("GET", `/calls/${call.id}/recording`, { blob: true });
      const address = URL.createObjectURL(sound);
      const audio = /** @type {HTMLAudioElement} */ (make("audio", { controls: true, src: address }));
      fill(place, audio);
      audio.play().catch(() => {});
    } catch (error) {
      fill(place, error instanceof Error ? error.message : String(error));
    }
  };
  fill(place, make("button", { type: "button", onclick: listen }, word("listen", language)));
  return make("section", { "aria-label": word("recording", language) }, place);
}
