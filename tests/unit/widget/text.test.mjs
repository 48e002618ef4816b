import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, eventText, historyPath, moment, word } from "../../../widget/core/text.js";

test("durations read as clocks", () => {
  assert.deepEqual([0, 5.4, 65, 3600, 3725].map(duration), ["0:00", "0:05", "1:05", "1:00:00", "1:02:05"]);
});

test("words come in two languages and unknown ones as they are", () => {
  assert.equal(word("busy", "ru"), "Занято");
  assert.equal(word("busy", "en"), "Busy");
  assert.equal(word("no such word", "en"), "no such word");
});

test("events are told with their facts and without ids", () => {
  assert.equal(eventText({ kind: "choice", data: { menu_id: "x", digit: "2" } }, "ru"), "Выбор: 2");
  assert.equal(eventText({ kind: "hangup", data: { cause: 16, by: "caller" } }, "en"), "The call ended: cause: 16, by: caller");
  assert.equal(eventText({ kind: "brand_new", data: {} }, "en"), "brand_new");
});

test("filters become a query, and a day ends with the next one", () => {
  const path = historyPath({ q: "+7916", direction: "", outcome: "busy", from: "2026-11-01", to: "2026-11-01" }, "abc");
  const query = new URLSearchParams(path.split("?")[1]);
  assert.equal(query.get("q"), "+7916");
  assert.equal(query.has("direction"), false);
  assert.equal(query.get("cursor"), "abc");
  assert.equal(Date.parse(query.get("to")) - Date.parse(query.get("from")), 86_400_000);
});

test("moments are shown in the reader's zone", () => {
  assert.match(moment("2026-11-21T21:00:00Z", "ru", "Europe/Moscow"), /22\.11\.2026/);
});
