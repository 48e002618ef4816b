import assert from "node:assert/strict";
import { test } from "node:test";
import { figures } from "../../../widget/core/measures.js";
import { lines, mood, parts, search, stem, normal, timeTable, tokens, wordAt } from "../../../widget/core/transcript.js";
import { sideNames, startsAfter } from "../../../widget/core/sides.js";
import { runs } from "../../../widget/panel/speech/runs.js";
import { fitted, outline } from "../../../widget/core/waveform.js";

const segment = (seq, side, start_s, end_s, text, more = {}) => ({ seq, side, start_s, end_s, text, ...more });
const said = {
  segments: [
    segment(2, "operator", 3, 4, "Слушаю вас, <b>здравствуйте</b>!"),
    segment(1, "client", 0, 2, "добрый день.", { words: [["добрый", 0.1, 0.5, 0.9], ["день", 0.6, 1.1, 0.3]], sentiment: 0.6 }),
    segment(3, "operator", 4.5, 6, "Номер карты [карта] назовите", { masked: true }),
    segment(4, "client", 7, 9, "хочу вернуть деньги за товары", { sentiment: -0.8 }),
  ],
  alerts: [{ rule_name: "Возврат", severity: "alarm", side: "client", at_s: 7.4, text: "вернуть деньги" }],
};

test("words have the recogniser's times and the text's points; without words the time is spread", () => {
  const [first, second] = lines(said);
  assert.deepEqual(first.tokens.map((one) => [one.text, one.start, one.unsure]), [["добрый", 0.1, false], ["день.", 0.6, true]]);
  assert.equal(second.tokens.map((one) => one.text).join(" "), "Слушаю вас, <b>здравствуйте</b>!");
  assert.equal(second.tokens[0].start, 3);
  assert.ok(second.tokens.every((one, n, all) => !n || one.start === all[n - 1].end));
  assert.deepEqual(tokens(segment(1, "client", 0, 1, "a b c", { words: [["a", 0, 0.2, 1]] })).map((one) => one.text), ["a"]);
});

test("lines come in order of time; who goes on is not named again; masks, moods and alerts are at their words", () => {
  const found = lines(said);
  assert.deepEqual(found.map((line) => [line.seq, line.follows, line.mood, line.masked]), [
    [1, false, "good", false], [2, false, "", false], [3, true, "", true], [4, false, "bad", false],
  ]);
  assert.deepEqual(found[2].tokens.map((one) => one.masked), [false, false, true, false]);
  assert.deepEqual(found[3].tokens.map((one) => one.alert), ["", "alarm", "alarm", "", ""]);
  assert.deepEqual(found[3].alerts.map((one) => one.rule_name), ["Возврат"]);
  assert.deepEqual(lines(null), []);
  assert.deepEqual([null, 0, 0.5, -0.5].map(mood), ["", "", "good", "bad"]);
});

test("a search finds forms of words, beginnings, and phrases in quotes", () => {
  const found = lines(said);
  const words = (query) => search(found, query).map((hit) => found[hit.line].tokens.slice(hit.from, hit.to + 1).map((one) => one.text).join(" "));
  assert.deepEqual(words("деньгами товар"), ["деньги", "товары"]);
  assert.deepEqual(words('"вернуть деньги"'), ["вернуть деньги"]);
  assert.deepEqual(words("«деньги вернуть»"), []);
  assert.deepEqual(words("ДЕНЬ"), ["день.", "деньги"]);
  assert.deepEqual(words("  "), []);
  assert.deepEqual(words("((["), []);
  assert.equal(search(found, "здрав").length, 0);
  assert.equal(search(found, "слуш")[0].at, 3);
  assert.deepEqual(parts('a "b c" d'), [["a"], ["b", "c"], ["d"]]);
  assert.equal(stem(normal("Заказами,")), stem("заказ"));
});

test("the word of a moment is found, and none in a silence", () => {
  const table = timeTable(lines(said));
  const at = (seconds) => wordAt(table, seconds) && table.indexOf(wordAt(table, seconds));
  assert.equal(at(0), null);
  assert.equal(at(0.2), 0);
  assert.equal(at(0.7), 1);
  assert.equal(at(2.5), null);
  assert.equal(wordAt(table, 100), null);
});

test("sides are named by the call's direction, and a recording lies where it began", () => {
  const call = { direction: "inbound", caller: "7916", caller_name: "", called: "7495", operator_name: "Анна" };
  assert.deepEqual(sideNames(call), { client: "7916", operator: "Анна" });
  assert.equal(sideNames({ ...call, direction: "outbound" }).client, "7495");
  const [recording, live] = [{ started_at: "2026-11-22T10:00:03Z" }, { source: "live", started_at: "2026-11-22T10:00:01Z" }];
  assert.deepEqual([live, { ...live, source: "recording" }, null].map((one) => startsAfter(recording, one)), [2, 0, 0]);
});

test("figures are told as shares; what was not measured is not there", () => {
  assert.deepEqual(figures({ talk_s: { client: 30, operator: 10 }, silence_s: 5, interruptions: { client: 1, operator: 2 } }), {
    shares: { client: 75, operator: 25 }, silence: 5, longest: null, interruptions: 3,
  });
  assert.deepEqual(figures({}), { shares: null, silence: null, longest: null, interruptions: null });
  assert.equal(figures({ talk_s: { client: 0, operator: 0 } }).shares, null);
});

test("a waveform has as many bars as there is room for, on both sides of its line", () => {
  assert.deepEqual(fitted([0.1, 0.9, 0.2, 0.3], 2), [0.9, 0.3]);
  assert.deepEqual(fitted([0.5], 3), [0.5, 0.5, 0.5]);
  assert.deepEqual(fitted([], 3), []);
  assert.equal(outline([1], { base: 10, height: 8, up: true }), "M0.5 10V2.0");
  assert.equal(outline([2], { base: 10, height: 8, up: false }), "M0.5 10V18.0");
});

test("a text comes in runs, marked where the server says, by letters and not by halves of them", () => {
  const told = (text, marks) => runs(text, marks).map((run) => (run.marked ? `[${run.text}]` : run.text));
  assert.deepEqual(told("верните деньги", [[8, 14]]), ["верните ", "[деньги]"]);
  assert.deepEqual(told("😀 да, да", [[2, 4], [6, 8]]), ["😀 ", "[да]", ", ", "[да]"]);
  assert.deepEqual(told("abc", [[1, 3], [0, 2]]), ["[ab]", "[c]"]);
  assert.deepEqual([told("", []), told("x", [])], [[], ["x"]]);
});
