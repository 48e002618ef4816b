import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../../widget/core/desk.js";
import { callOfLeg } from "../../../widget/core/desk-state.js";
import { Phone } from "../../../widget/core/phone.js";

const ID = "01a200c9-f830-786d-ad43-4706755c03a6";
const LEG = "01a200c9f830786dad434706755c03a6-1";

/** A desk whose server answers from a table of "METHOD /path" and remembers what it was asked. */
function desk(answers = {}, rights = ["*"]) {
  const asked = [];
  const session = {
    user: { id: "me", name: "Анна", rights, extension: "151" },
    async request(method, path, { body } = {}) {
      asked.push([method, path, body]);
      const answer = answers[`${method} ${path}`] ?? answers[`${method} ${path.split("?")[0]}`];
      if (answer instanceof Error) throw answer;
      if (typeof answer === "function") return answer();
      return answer ?? { items: [] };
    },
  };
  const phone = new Phone();
  return { desk: new Desk({ session, phone, wait: async () => {} }), phone, asked };
}

const change = (topic, key, data, kind = "updated") => ({ type: "change", topic, key, kind, data, cursor: 1 });
const client = { channel_id: "client", number: "79160000000", role: "caller", state: "up" };
const live = (more = {}) => ({
  id: ID, direction: "inbound", caller: "79160000000", called: "7495", state: "ringing", started_at: "2026-11-22T10:00:00Z",
  legs: [client, { channel_id: LEG, number: "151", role: "callee", state: "ringing", user_id: "me" }], ...more,
});
const settled = () => new Promise((done) => setTimeout(done, 5));

test("channel ids lead to their call", () => assert.equal(callOfLeg(LEG), ID));

test("calls come and go with the feed, and the page around hears of them", async () => {
  const { desk: one } = desk();
  const heard = [];
  one.onEvent = (name, detail) => heard.push([name, detail.callId]);
  one.take(change("calls", ID, live(), "started"));
  assert.deepEqual(one.state.cards.map((card) => card.stage), ["ringing"]);
  one.take(change("calls", ID, { outcome: "abandoned" }, "ended"));
  assert.deepEqual(one.state.cards, []);
  assert.deepEqual(heard, [["call:ringing", ID], ["call:ended", ID]]);
});

test("changes that come while everything is read are newer than what was read", async () => {
  let give;
  const { desk: one } = desk({ "GET /operators": () => new Promise((resolve) => (give = resolve)) });
  one.take({ type: "ready", cursor: 1 });
  await settled();
  one.take(change("operators", "me", { user_id: "me", status: "ready", since: "2026-11-22T10:00:00Z" }));
  give({ items: [{ user_id: "me", name: "Анна", status: "offline" }] });
  await settled();
  assert.equal(one.state.presence.status, "ready");
  assert.equal(one.state.team[0].status, "ready");
});

test("what this user does not have is left out, a server in trouble is told", async () => {
  const missing = Object.assign(new Error("none"), { status: 404 });
  const { desk: one } = desk({ "GET /me/presence": missing, "GET /queues/live": Object.assign(new Error("trouble"), { status: 503 }) });
  one.take({ type: "ready", cursor: 1 });
  await settled();
  assert.equal(one.state.presence, null);
  assert.equal(one.state.notice.text, "trouble");
});

test("the ring of a call that we asked for is known, even before the answer to our request", async () => {
  let give;
  const { desk: one, phone } = desk({ "POST /calls": () => new Promise((resolve) => (give = resolve)) });
  const call = one.call("79161112233");
  const wanted = phone.wanted({ leg: LEG });
  give({ call_id: ID });
  await call;
  assert.equal(await wanted, true);
  assert.equal(await phone.wanted({ leg: "ffffffffffffffffffffffffffffffff-1" }), false);
});

test("a call of a page loaded anew is joined again, once", async () => {
  const { desk: one, phone, asked } = desk({ [`POST /calls/${ID}/rejoin`]: {} });
  phone.store.set({ connection: "registered" });
  const legs = [client, { channel_id: LEG, number: "151", role: "callee", state: "up", user_id: "me" }];
  one.take(change("calls", ID, live({ state: "talking", legs })));
  assert.deepEqual(one.state.cards.map((card) => card.stage), ["lost"]);
  await one.rejoinLost();
  await one.rejoinLost();
  assert.deepEqual(asked.map(([method, path]) => `${method} ${path}`), [`POST /calls/${ID}/rejoin`]);
  assert.equal(await phone.wanted({ leg: LEG.replace(/1$/, "3") }), true);
});

test("missed calls and call-backs leave the list when they are done", () => {
  const { desk: one } = desk();
  one.take(change("missed", "m1", { at: "2026-11-22T10:00:00Z", number: "7916", closed_at: null }, "created"));
  one.take(change("callbacks", "b1", { requested_at: "2026-11-22T10:00:00Z", number: "7916", state: "waiting" }));
  assert.deepEqual([one.state.missed.length, one.state.callbacks.length], [1, 1]);
  one.take(change("missed", "m1", { closed_at: "2026-11-22T10:05:00Z" }));
  one.take(change("callbacks", "b1", { state: "done" }));
  assert.deepEqual([one.state.missed.length, one.state.callbacks.length], [0, 0]);
});

test("topics follow rights", () => {
  assert.deepEqual(desk({}, ["calls.own", "presence.self"]).desk.topics, ["calls", "operators", "transcripts"]);
});
