import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, moment, setLanguage } from "../../../widget/core/language.js";
import { eventText, t, valueText } from "../../../widget/i18n/panel.js";
import { period } from "../../../widget/panel/core/days.js";
import { address } from "../../../widget/panel/core/router.js";

/** What `work` gives in a language. @template T @param {"ru"|"en"} language @param {() => T} work */
function inLanguage(language, work) {
  setLanguage(language);
  try {
    return work();
  } finally {
    setLanguage("ru");
  }
}

test("durations read as clocks", () => {
  assert.deepEqual([0, 5.4, 65, 3600, 3725].map(clock), ["0:00", "0:05", "1:05", "1:00:00", "1:02:05"]);
});

test("words come in two languages and unknown ones as they are", () => {
  assert.equal(inLanguage("ru", () => valueText("outcome", "busy")), "Занято");
  assert.equal(inLanguage("en", () => valueText("outcome", "busy")), "Busy");
  assert.equal(inLanguage("en", () => t("no such word")), "no such word");
});

test("events are told with their facts and without ids", () => {
  const told = (/** @type {"ru"|"en"} */ language, /** @type {any} */ event) => inLanguage(language, () => eventText(event));
  assert.equal(told("ru", { kind: "choice", data: { menu_id: "x", digit: "2" } }), "Выбор: 2");
  assert.equal(told("en", { kind: "hangup", data: { cause: 16, by: "caller" } }), "The call ended: cause: 16, by: Caller");
  assert.equal(told("en", { kind: "brand_new", data: {} }), "Brand new");
});

test("filters become a query, and a day ends with the next one", () => {
  const days = { period: "custom", from: "2026-11-01", to: "2026-11-01" };
  const query = new URLSearchParams(address("calls", "", { q: "+7916", direction: "", outcome: "busy", ...days }).split("?")[1]);
  assert.equal(query.get("q"), "+7916");
  assert.equal(query.has("direction"), false);
  assert.equal(query.get("outcome"), "busy");
  const { from, to } = period(Object.fromEntries(query));
  assert.equal(to.getTime() - from.getTime(), 86_400_000);
});

test("moments are shown in the reader's zone", () => {
  assert.match(inLanguage("ru", () => moment("2026-11-21T21:00:00Z", "Europe/Moscow")), /22\.11, 00:00/);
});
