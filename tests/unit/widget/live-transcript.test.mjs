import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveTranscript } from "../../../widget/core/live-transcript.js";

const segment = (seq, side, start_s, text) => ({ seq, side, start_s, end_s: start_s + 1, text });
const change = (kind, data, key = "c1") => ({ type: "change", topic: "transcripts", key, kind, data });
const partial = (side, text, start_s) => ({ type: "partial", topic: "transcripts", key: "c1", data: { side, text, start_s, end_s: start_s + 0.5 } });
const texts = (live) => live.whole.segments.map((one) => one.text);

test("partials of each side are replaced, and go when their stretch is understood", () => {
  const live = new LiveTranscript("c1");
  assert.equal(live.take(partial("client", "добрый", 0)), true);
  live.take(partial("client", "добрый день", 0));
  live.take(partial("operator", "слушаю", 0.8));
  assert.deepEqual(live.partials.map((one) => one.text), ["добрый день", "слушаю"]);
  live.take(change("segment", segment(1, "client", 0, "Добрый день")));
  assert.deepEqual(live.partials.map((one) => one.text), ["слушаю"]);
  live.take(partial("client", "ещё", 5));
  live.take(change("segment", segment(1, "client", 0, "Добрый день.")));
  assert.deepEqual(live.partials.map((one) => one.text), ["слушаю", "ещё"]);
  assert.deepEqual(texts(live), ["Добрый день."]);
});

test("what was stored joins what the feed told, nothing twice; other calls and topics change nothing", () => {
  const live = new LiveTranscript("c1");
  live.take(change("segment", segment(2, "operator", 2, "новее")));
  live.take(change("alert", { id: "a", rule_name: "r", severity: "info", side: "client", at_s: 1, text: "x" }));
  live.load({ state: "open", language: "ru", segments: [segment(1, "client", 0, "первое"), segment(2, "operator", 2, "старее")], alerts: [{ id: "a" }] });
  assert.deepEqual(texts(live).sort(), ["новее", "первое"]);
  assert.equal(live.whole.alerts.length, 1);
  assert.equal(live.whole.language, "ru");
  assert.equal(live.take(change("segment", segment(3, "client", 9, "чужое"), "c2")), false);
  assert.equal(live.take({ ...change("segment", {}), topic: "calls" }), false);
});

test("a side that is not heard is told until it is heard again, and no more after the end", () => {
  const live = new LiveTranscript("c1");
  live.take(partial("client", "ал", 0));
  live.take(change("deaf", { side: "client", reason: "no_capacity" }));
  assert.deepEqual([live.isDeaf, live.deaf, live.partials.length], [true, "no_capacity", 0]);
  live.take(change("hearing", { side: "client", offset_s: 3 }));
  assert.equal(live.isDeaf, false);
  live.take(change("deaf", { side: "operator", reason: "worker_lost" }));
  live.take(change("closed", {}));
  assert.deepEqual([live.isDeaf, live.closed], [false, true]);
});
