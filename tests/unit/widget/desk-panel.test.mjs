import assert from "node:assert/strict";
import { test } from "node:test";
import { hits, moves, newId, secondsTyped, shortcutAt, standing, units } from "../../../widget/panel/desk/figures.js";
import { allTabs, countOf, filterOf } from "../../../widget/panel/desk/tabs.js";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const after = (minutes) => new Date(NOW + minutes * 60_000).toISOString();

test("a length of time is told in its two largest units", () => {
  assert.deepEqual(units(0), [{ unit: "min", amount: 0 }]);
  assert.deepEqual(units(3599), [{ unit: "min", amount: 59 }]);
  assert.deepEqual(units(7260), [{ unit: "h", amount: 2 }, { unit: "min", amount: 1 }]);
  assert.deepEqual(units(-90_000), [{ unit: "d", amount: 1 }, { unit: "h", amount: 1 }]);
  assert.deepEqual(units(86_460), [{ unit: "d", amount: 1 }]);
});

test("a deadline is far, near, or missed; what is closed or stands still has none", () => {
  assert.deepEqual(standing({ due_at: after(300) }, NOW), { tone: "", seconds: 18_000, late: false });
  assert.equal(standing({ due_at: after(60) }, NOW)?.tone, "accent");
  assert.equal(standing({ due_at: after(10) }, NOW)?.tone, "warn");
  assert.deepEqual(standing({ due_at: after(-10) }, NOW), { tone: "bad", seconds: 600, late: true });
  assert.deepEqual(standing({ due_at: after(60), overdue_at: after(-120) }, NOW), { tone: "bad", seconds: 7200, late: true });
  assert.equal(standing({ due_at: null }, NOW), null);
  assert.equal(standing({ due_at: after(-10), state: "closed" }, NOW), null);
});

test("staff may do with a request what its state allows", () => {
  assert.deepEqual(moves({ state: "closed" }), ["reopened"]);
  assert.ok(moves({ state: "new" }).includes("in_work"));
  assert.deepEqual(moves({ state: "solved", moves: ["closed"] }), ["closed"]);
});

test("words that were looked for are marked in whatever form, and nothing but they", () => {
  const marked = (text, query) => hits(text, query).filter((one) => one.hit).map((one) => one.text);
  assert.deepEqual(marked("Не печатают принтеры на кассе", "принтер касса"), ["принтеры", "кассе"]);
  assert.deepEqual(marked("<b>(a.b)*</b>", "(a.b)* .*"), ["a.b"]);
  assert.deepEqual(hits("текст", ""), [{ text: "текст", hit: false }]);
  assert.equal(hits("Кассовый аппарат, касса", "касса").map((one) => one.text).join(""), "Кассовый аппарат, касса");
});

test("a shortcut is one at the start of a line or after a space", () => {
  assert.deepEqual(shortcutAt("/при", 4), { from: 0, word: "при" });
  assert.deepEqual(shortcutAt("Да\n/ок", 6), { from: 3, word: "ок" });
  assert.deepEqual(shortcutAt("слово /", 7), { from: 6, word: "" });
  assert.equal(shortcutAt("https://a", 9), null);
  assert.equal(shortcutAt("и/или", 5), null);
});

test("time spent is typed as people write it", () => {
  assert.deepEqual(["90", "1:30", "1ч 30м", "2 h", "1,5 ч", "1d"].map(secondsTyped), [5400, 5400, 5400, 7200, 5400, 86_400]);
  assert.deepEqual(["", "скоро", "1:99", "2 h потом"].map(secondsTyped), [null, null, null, null]);
});

test("ids are sorted by time and never the same", () => {
  const [early, late] = [newId(NOW), newId(NOW + 1)];
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(early < late);
  assert.notEqual(newId(NOW), newId(NOW));
});

test("views of the work list ask for what they are called", () => {
  assert.deepEqual(filterOf("line2"), { line: "2", open: "true" });
  assert.deepEqual(filterOf("none"), { assignee_id: "none", open: "true" });
  assert.deepEqual(filterOf("all"), {});
  assert.equal(countOf("mine", null), null);
  assert.equal(new Set(allTabs()).size, allTabs().length);
});
