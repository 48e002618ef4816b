import assert from "node:assert/strict";
import { test } from "node:test";
import { DeskCampaigns, asksToAnswer, clientOf, filled } from "../../../widget/core/desk-campaigns.js";
import { Phone } from "../../../widget/core/phone.js";

const SHOWN = {
  attempt_id: "a1", name: "Иван", address: "79160000000", portrait: { "Город": "Казань", "Долг": 1200, "Пусто": null, name: "?" },
  campaign: { id: "c1", name: "Весна", script: "Здравствуйте, {{ name }}! Ваш долг {{ Долг }} {{ нет }}р.", disposition_required: false },
  until: "2026-11-22T10:00:30Z", may_skip: true,
};
const change = (kind, key, data) => ({ type: "change", topic: "campaigns", kind, key, data });
const card = (callId, stage, more = {}) => ({ key: callId, callId, stage, mode: "", ...more });

function campaigns(answers = {}) {
  const asked = [];
  const request = async (method, path, body) => {
    asked.push([method, path, body]);
    const answer = answers[`${method} ${path.split("?")[0]}`];
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  return { one: new DeskCampaigns(request, () => "me"), asked };
}

test("a client is told with the fields that have a value, and the script with them", () => {
  const client = clientOf(SHOWN);
  assert.deepEqual(client.portrait, [["Город", "Казань"], ["Долг", "1200"]]);
  assert.equal(client.script, "Здравствуйте, Иван! Ваш долг 1200 р.");
  assert.equal(client.until, Date.parse("2026-11-22T10:00:30Z"));
  assert.equal(filled("{{a}} {{ b.c }}", { a: "1", "b.c": "2" }), "1 2");
});

test("the client shown is mine alone, is called or goes by", async () => {
  const { one, asked } = campaigns();
  one.take(change("preview", "other", SHOWN));
  assert.equal(one.state.preview, null);
  one.take(change("preview", "me", SHOWN));
  assert.equal(one.state.preview.attemptId, "a1");
  await one.start();
  assert.deepEqual(asked, [["POST", "/me/preview/a1/start", undefined]]);
  assert.equal(one.state.preview, null);
  one.take(change("preview", "me", { ...SHOWN, attempt_id: "a2" }));
  one.take(change("preview_over", "me", {}));
  assert.equal(one.state.preview, null);
  await one.skip();
  assert.equal(asked.length, 1);
});

test("a client who can't be called now stays", async () => {
  const { one } = campaigns({ "POST /me/preview/a1/start": new Error("the phone is not there") });
  one.take(change("preview", "me", SHOWN));
  await assert.rejects(one.start(), /not there/);
  assert.equal(one.state.preview.attemptId, "a1");
});

test("after a reload the client shown and the one on the line are read", async () => {
  const { one } = campaigns({ "GET /me/preview": { preview: SHOWN, card: { ...SHOWN, attempt_id: "a9" } } });
  await one.load();
  assert.equal(one.state.preview.attemptId, "a1");
  assert.equal(one.of("a9").name, "Иван");
});

test("of a call that is over and was talked in something is to be said", async () => {
  const { one, asked } = campaigns();
  one.take(change("card", "a1", { ...SHOWN, campaign: { ...SHOWN.campaign, disposition_required: true }, user_id: "me" }));
  one.take(change("card", "x", { ...SHOWN, attempt_id: "x", user_id: "other" }));
  assert.equal(one.of("x"), null);
  one.follow([card("a1", "talking")]);
  assert.equal(one.owes, false);
  one.follow([]);
  assert.equal(one.of("a1"), null);
  assert.equal(one.owes, true);
  one.dismiss(one.state.due[0]);
  assert.equal(one.state.due.length, 1);
  await one.say(one.state.due[0], { dispositionId: "d3", note: "вечером", callbackAt: "2026-11-23T10:00:00Z", forMe: true });
  assert.deepEqual(asked.at(-1), ["POST", "/attempts/a1/disposition", { disposition_id: "d3", note: "вечером", callback_at: "2026-11-23T10:00:00Z", for_me: true }]);
  assert.equal(one.owes, false);
  assert.deepEqual(one.state.due, []);
});

test("what was said during the call is not asked for after it; a call that nobody talked in neither", async () => {
  const { one } = campaigns();
  one.take(change("card", "a1", SHOWN));
  one.take(change("card", "a2", { ...SHOWN, attempt_id: "a2" }));
  one.follow([card("a1", "talking"), card("a2", "ringing")]);
  await one.say(one.of("a1"), { dispositionId: "d1", note: "", callbackAt: null });
  assert.equal(one.of("a1").saved, "d1");
  one.take(change("card", "a1", { ...SHOWN, answers: { "Удобно": "да" } }));
  assert.deepEqual([one.of("a1").saved, one.of("a1").answers], ["d1", [["Удобно", "да"]]]);
  one.follow([]);
  assert.deepEqual(one.state.due, []);
});

test("what may be said is read once, in its order, of this campaign alone", async () => {
  const items = [{ id: "2", place: 2 }, { id: "1", place: 1 }, { id: "3", place: 0, enabled: false }, { id: "4", place: 0, campaign_id: "other" }];
  const { one, asked } = campaigns({ "GET /dispositions": { items } });
  for (let n = 0; n < 2; n += 1) assert.deepEqual((await one.dispositions(clientOf(SHOWN))).map((d) => d.id), ["1", "2"]);
  assert.equal(asked.length, 1);
});

test("an INVITE may ask to be answered at once", () => {
  assert.equal(asksToAnswer("<sip:paylater>;answer-after=0", undefined), true);
  assert.equal(asksToAnswer("<sip:paylater>;answer-after=05", undefined), false);
  assert.equal(asksToAnswer(undefined, "<http://paylater>;info=alert-autoanswer;delay=0"), true);
  assert.equal(asksToAnswer(undefined, undefined), false);
});

test("the phone takes such a call when its user is willing and in no other", async () => {
  for (const [willing, stages] of [[true, ["answering", "ringing"]], [false, ["ringing", "ringing"]]]) {
    const phone = new Phone({ willing: async () => willing });
    const agent = { async start() {}, async stop() {}, retry() {} };
    await phone.start(agent);
    agent.onConnection("registered");
    for (const id of ["s1", "s2"]) agent.onSession({ id, leg: "", number: "1", name: "", auto: true, async answer() {}, hangUp() {}, mute() {} });
    await new Promise((done) => setTimeout(done, 5));
    assert.deepEqual(phone.calls.map((call) => call.stage).sort(), stages);
  }
});
