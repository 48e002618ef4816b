import assert from "node:assert/strict";
import { test } from "node:test";
import { setLanguage } from "../../../widget/core/language.js";
import { Board, together } from "../../../widget/panel/campaigns/board.js";
import { actions, budget, percent, progress, rateTone } from "../../../widget/panel/campaigns/figures.js";
import { answerKey } from "../../../widget/panel/campaigns/report-figures.js";
import { everyDay, hoursOf, painted, secondsOf, spanOf, weekHours } from "../../../widget/panel/campaigns/spans.js";
import { facts, sentences } from "../../../widget/panel/campaigns/why.js";
import { Schemas } from "../../../widget/panel/core/schema.js";
import { far, faults, sent, turned } from "../../../widget/panel/leads/mapping.js";

test("a length of time is edited in the unit that holds it whole", () => {
  assert.deepEqual([0, 45, 600, 7200, 86_400, 90].map(spanOf), [
    { amount: 0, unit: "s" }, { amount: 45, unit: "s" }, { amount: 10, unit: "min" }, { amount: 2, unit: "h" }, { amount: 1, unit: "d" }, { amount: 90, unit: "s" },
  ]);
  assert.equal(secondsOf(1.5, "h"), 5400);
  assert.equal(secondsOf(null, "h"), null);
  assert.equal(secondsOf(Number.NaN, "s"), null);
});

test("hours of a week are painted; other minutes stay as they are", () => {
  const start = [{ day: 1, start: "09:30:00", end: "18:00:00" }, { day: 7, start: "22:00:00", end: "00:00:00" }];
  assert.equal(hoursOf(start)[0][9], 0.5);
  assert.equal(hoursOf(start)[6][23], 1);
  assert.equal(weekHours(start), 10.5);
  const wider = painted(start, [{ day: 1, hour: 18 }, { day: 2, hour: 0 }], true);
  assert.deepEqual(wider, [{ day: 1, start: "09:30:00", end: "19:00:00" }, { day: 2, start: "00:00:00", end: "01:00:00" }, start[1]]);
  const holed = painted(start, [{ day: 1, hour: 12 }, { day: 7, hour: 23 }], false);
  assert.deepEqual(holed, [{ day: 1, start: "09:30:00", end: "12:00:00" }, { day: 1, start: "13:00:00", end: "18:00:00" }, { day: 7, start: "22:00:00", end: "23:00:00" }]);
  assert.deepEqual(painted(holed, [{ day: 1, hour: 12 }, { day: 7, hour: 23 }], true), start);
  assert.equal(weekHours(everyDay([1, 2, 3, 4, 5], 9, 18)), 45);
  assert.deepEqual(painted(everyDay([3], 0, 24), [], true), [{ day: 3, start: "00:00:00", end: "00:00:00" }]);
});

test("a campaign may be told what its state allows, a template nothing", () => {
  assert.deepEqual(actions({ state: "running" }), ["pause", "finish"]);
  assert.deepEqual(actions({ state: "paused" }), ["resume", "finish"]);
  assert.deepEqual(actions({ state: "draft", template: true }), []);
});

test("figures: percent, progress, the budget of abandonment, its colour", () => {
  assert.deepEqual([0.0234, 0.5, 0, null, undefined].map(percent), ["2.3 %", "50 %", "0 %", "—", "—"]);
  assert.deepEqual(progress(5, 0), { done: 5, total: 0, share: 0 });
  assert.deepEqual(budget({ humans: 1000, abandoned: 12 }, 0.03), { left: 18, over: false, rate: 0.012 });
  assert.equal(budget({ humans: 100, abandoned: 4 }, 0.03).over, true);
  assert.deepEqual(budget({ humans: 0, abandoned: 0 }, 0.03), { left: 0, over: false, rate: null });
  assert.deepEqual([0.01, 0.027, 0.031, null].map((rate) => rateTone(rate, 0.03)), ["good", "warn", "bad", ""]);
});

const sample = (at, node, more = {}) => ({
  campaign_id: "c", node_id: node, at: new Date(at).toISOString(), mode: "predictive", agents: 10, ready: 2, talking: 7, wrapping: 1,
  lines: 12, wanted: 3, occupancy: 0.8, abandon_rate: 0.02, answer_rate: 0.3, explanation: {}, ...more,
});

test("samples of several nodes are one picture: lines add up, operators are the same", () => {
  const now = Date.parse("2026-11-22T10:00:00Z");
  const board = new Board();
  board.take([sample(now - 3000, "a"), sample(now - 2000, "b", { lines: 5, occupancy: 0.6 }), sample(now - 120_000, "a", { lines: 99 })]);
  assert.equal(board.now(now).lines, 17);
  assert.equal(board.now(now).agents, 10);
  assert.ok(Math.abs(board.now(now).occupancy - 0.7) < 1e-9);
  assert.equal(board.now(now + 60_000), null);
  board.take([sample(now - 3000, "a", { lines: 4 })]);
  assert.equal(board.now(now).lines, 9);
  board.take([sample(now - 8000, "a"), sample(now - 13_000, "a")]);
  const { times, points } = board.course(now - 300_000);
  assert.equal(points.filter((one) => one === null).length, 1);
  assert.equal(times.length, points.length);
  assert.deepEqual([...times].sort((a, b) => a - b), times);
  board.forget(now - 60_000);
  assert.equal(board.course(0).points.some((one) => one?.lines === 99), false);
  assert.equal(together([sample(now, "a", { occupancy: null })]).occupancy, null);
});

test("why so many lines: sentences in the reader's language, numbers beside them", () => {
  setLanguage("ru");
  const explanation = { mode_reason: "enough_operators", limit: "risk", lines: 7, ready: 2, agents: 18, risk: 0.081, threshold: 0.09, ringing: 6, coming: 2.41, freeing: 1.5, credit: -2.25, answer_rate: 0.34, something_new: 4.25 };
  const said = sentences(explanation, "predictive");
  assert.match(said[0], /риск.*8\.1 %, порог 9 %/);
  assert.ok(said.some((one) => one.includes("Уже звонит: 6, из них ответят примерно 2.4")));
  assert.ok(said.some((one) => one.includes("превышен на 2.3 чел.")));
  assert.ok(said.at(-1).includes("Предиктивный"));
  assert.ok(facts(explanation).some((one) => one.name === "something_new" && one.value === "4.3"));
  assert.equal(sentences({ agents: 0, limit: "free_operators" }, "progressive")[0].startsWith("Нет ни одного оператора"), true);
  assert.deepEqual(sentences({ limit: "never_heard_of" }, "predictive"), []);
  setLanguage("en");
  assert.match(sentences({ limit: "free_operators", ready: 2, agents: 3 }, "progressive")[0], /2 of 3 free/);
  setLanguage("ru");
});

test("columns of a file: what they mean, what is missing, what is sent", () => {
  const columns = ["Телефон", "ФИО", "Долг", "Имя"];
  const mapping = { "Телефон": { field: "phone", role: "" }, "ФИО": { field: "name" }, "Долг": { field: "data", variable: "debt" } };
  assert.deepEqual(faults(mapping, columns), []);
  assert.deepEqual(sent(mapping, columns), { "Телефон": { field: "phone" }, "ФИО": { field: "name" }, "Долг": { field: "data", variable: "debt" } });
  assert.deepEqual(faults({ "ФИО": { field: "name" } }, ["ФИО"]).map((one) => one.rule), ["noContact"]);
  assert.deepEqual(faults({ ...mapping, "Имя": { field: "name" } }, columns).map((one) => [one.rule, one.column]), [["twice", "Имя"]]);
  assert.deepEqual(faults({ ...mapping, "Долг": { field: "data", variable: "Долг" } }, columns).map((one) => one.rule), ["variable"]);
  assert.deepEqual(turned({ field: "phone", role: "mobile" }, "data"), { field: "data" });
  assert.deepEqual(turned({ field: "phone", role: "mobile" }, "email"), { field: "email", role: "mobile" });
  assert.equal(far({ state: "running", read: 250, total: 1000 }), 0.25);
  assert.equal(far({ state: "running", read: 250, total: null }), null);
});

test("a text whose pattern allows none may be left empty", () => {
  const schemas = new Schemas({ components: { schemas: {} } });
  const entry = (pattern) => ({ type: "object", properties: { reason: { type: "string", pattern } }, required: ["reason"] });
  assert.deepEqual(schemas.check(entry("^[^\\x00-\\x1f]*$"), { reason: "" }), []);
  assert.deepEqual(schemas.check(entry("^[0-9]+$"), { reason: "" }).map((one) => one.rule), ["required"]);
});

test("an answer is named by its question", () => {
  assert.equal(answerKey({ question: "оплатит", answer: "да" }), "оплатит: да");
  assert.equal(answerKey({ key: "1" }), "1");
  assert.equal(answerKey({}), "—");
});
