import assert from "node:assert/strict";
import { test } from "node:test";
import { CallTexts, namesOf, plainText } from "../../../widget/core/desk-texts.js";

const card = (more = {}) => ({ key: "c1", callId: "c1", stage: "talking", direction: "inbound", number: "79160000000", called: "7495", mode: "", ...more });
const said = (seq, side, start_s, text, more = {}) => ({ seq, side, start_s, end_s: start_s + 1, text, ...more });
const change = (kind, data, key = "c1") => ({ type: "change", topic: "transcripts", key, kind, data });
const partial = (side, text, start_s = 5) => ({ type: "partial", topic: "transcripts", key: "c1", data: { side, text, start_s, end_s: start_s + 0.5 } });
const settled = () => new Promise((done) => setTimeout(done, 1));

/** Texts whose server answers with `stored`, and what they asked and told. */
function texts(stored = {}) {
  const [asked, told] = [[], []];
  const read = async (path) => {
    asked.push(path);
    const answer = stored[path];
    if (!answer) throw Object.assign(new Error("none"), { status: 404 });
    return typeof answer === "function" ? answer() : answer;
  };
  return { texts: new CallTexts(read, (name, detail) => told.push([name, detail])), asked, told };
}

test("the text of a call is read when it is answered, once, and forgotten with its card", async () => {
  const stored = { id: "t", state: "open", language: "ru", segments: [said(1, "client", 0, "Добрый день")] };
  const { texts: one, asked } = texts({ "/calls/c1/transcript": stored });
  one.follow([card({ stage: "ringing" })]);
  assert.deepEqual(asked, []);
  one.follow([card()]);
  one.follow([card({ stage: "held" })]);
  await settled();
  assert.deepEqual(asked, ["/calls/c1/transcript"]);
  assert.deepEqual(one.of("c1").whole.segments.map((part) => part.text), ["Добрый день"]);
  assert.equal(one.of("c1").deaf, null);
  one.follow([]);
  assert.equal(one.of("c1"), null);
});

test("a call of which nothing is known shows nothing; the feed begins it", async () => {
  const { texts: one } = texts();
  one.follow([card()]);
  await settled();
  assert.equal(one.of("c1"), null);
  one.take(change("opened", { transcript_id: "t" }));
  assert.deepEqual(one.of("c1").whole.segments, []);
  one.take(change("deaf", { side: "client", reason: "no_engine" }));
  assert.equal(one.of("c1").deaf, "no_engine");
  one.take(change("segment", said(1, "client", 0, "чужое"), "c2"));
  assert.equal(one.of("c2"), null);
});

test("what is being said is replaced in place and leaves what was said alone", () => {
  const { texts: one } = texts();
  one.follow([card()]);
  one.take(change("segment", said(1, "client", 0, "раз")));
  const { whole } = one.of("c1");
  one.take(partial("operator", "слу"));
  one.take(partial("operator", "слушаю"));
  assert.deepEqual(one.of("c1").partials.map((part) => part.text), ["слушаю"]);
  assert.equal(one.of("c1").whole, whole);
  one.take(change("segment", said(2, "operator", 5, "Слушаю вас.")));
  assert.deepEqual(one.of("c1").partials, []);
  assert.equal(one.of("c1").whole.segments.length, 2);
});

test("after a gap everything is read anew; what the feed told meanwhile stays, nothing comes twice", async () => {
  let segments = [said(1, "client", 0, "раз")];
  const { texts: one } = texts({ "/calls/c1/transcript": () => ({ state: "open", segments }) });
  one.follow([card()]);
  await settled();
  one.take(partial("client", "начатое"));
  segments = [...segments, said(2, "operator", 2, "два")];
  const reading = one.reload();
  one.take(change("segment", said(3, "client", 4, "три")));
  await reading;
  assert.deepEqual(one.of("c1").whole.segments.map((part) => part.text).sort(), ["два", "раз", "три"]);
  assert.deepEqual(one.of("c1").partials, []);
});

test("the page around hears what is said only when it asked", () => {
  const { texts: one, told } = texts();
  one.follow([card()]);
  one.take(partial("client", "тише"));
  one.told = true;
  one.take(partial("client", "громче"));
  one.take(change("segment", said(1, "client", 5, "Громче, ***.", { masked: true, language: "ru", words: [["Громче", 5, 6, 1]] })));
  one.take(change("alert", { id: "a", rule_name: "r", severity: "info", side: "client", at_s: 5, text: "громче" }));
  assert.deepEqual(told, [
    ["transcript:partial", { callId: "c1", side: "client", userId: null, text: "громче", startSeconds: 5, endSeconds: 5.5 }],
    ["transcript:final", { callId: "c1", side: "client", userId: null, text: "Громче, ***.", startSeconds: 5, endSeconds: 6, seq: 1, language: "ru", masked: true }],
  ]);
});

test("sides are called by those who speak", () => {
  assert.deepEqual(namesOf(card(), "Анна", "Вы"), { client: "Анна", operator: "Вы" });
  assert.deepEqual(namesOf(card({ direction: "outbound", number: "7916", called: "7916" }), "Анна", "Вы"), { client: "Анна", operator: "Вы" });
  assert.deepEqual(namesOf(card({ direction: "internal", number: "102", called: "102" }), "Олег", "Вы"), { client: "Вы", operator: "Олег" });
  assert.deepEqual(namesOf(card({ direction: "internal", number: "101", called: "102" }), "Олег", "Вы"), { client: "Олег", operator: "Вы" });
  assert.deepEqual(namesOf(card({ mode: "listen" }), "Анна", "Вы"), { client: "Анна", operator: "" });
});

test("a copied text has a line a stretch, in the order of time", () => {
  const transcript = { segments: [said(2, "operator", 61, "Слушаю."), said(1, "client", 3, "Добрый день.")] };
  assert.equal(plainText(transcript, (side) => (side === "client" ? "Анна" : "Вы")), "0:03 Анна: Добрый день.\n1:01 Вы: Слушаю.");
});
