import assert from "node:assert/strict";
import { test } from "node:test";
import { Phone } from "../../../widget/core/phone.js";

/** An agent that does as the test says. */
function agent() {
  return { started: 0, retried: 0, async start() { this.started += 1; }, async stop() {}, retry() { this.retried += 1; } };
}

function session(id, leg = "") {
  return {
    id, leg, number: "79160000000", name: "Пётр", done: [],
    async answer() { this.done.push("answer"); },
    hangUp() { this.done.push("hangUp"); this.onEnded("Terminated"); },
    mute(on) { this.done.push(on ? "mute" : "unmute"); },
  };
}

const settled = () => new Promise((done) => setImmediate(done));

async function registered(options) {
  const phone = new Phone(options);
  const own = agent();
  await phone.start(own);
  own.onConnection("registered");
  return { phone, own };
}

test("a call rings, is answered, is muted and ends", async () => {
  const { phone, own } = await registered();
  const one = session("s1");
  own.onSession(one);
  await settled();
  assert.deepEqual(phone.calls.map((call) => call.stage), ["ringing"]);
  await phone.answer("s1");
  one.onUp();
  phone.mute("s1", true);
  assert.deepEqual(phone.calls.map((call) => [call.stage, call.muted]), [["up", true]]);
  phone.hangUp("s1");
  assert.deepEqual(phone.calls, []);
  assert.deepEqual(one.done, ["answer", "mute", "hangUp"]);
});

test("a call that was asked for is answered at once, and one that ended meanwhile never shows", async () => {
  let decide;
  const { phone, own } = await registered({ wanted: () => new Promise((resolve) => (decide = resolve)) });
  const asked = session("s1");
  own.onSession(asked);
  decide(true);
  await settled();
  assert.deepEqual(asked.done, ["answer"]);
  const gone = session("s2");
  own.onSession(gone);
  gone.onEnded("Canceled");
  decide(true);
  await settled();
  assert.deepEqual(gone.done, []);
  assert.deepEqual(phone.calls.map((call) => call.id), ["s1"]);
});

test("a microphone that is refused ends the attempt and is told", async () => {
  const { phone, own } = await registered();
  const one = session("s1");
  one.answer = async () => { throw new Error("no microphone"); };
  own.onSession(one);
  await settled();
  await assert.rejects(phone.answer("s1"), /no microphone/);
  assert.deepEqual(phone.calls, []);
});

test("the connection goes only where it can", async () => {
  const { phone, own } = await registered();
  own.onConnection("elsewhere");
  assert.equal(phone.connection, "registered");
  own.onConnection("lost");
  phone.wake();
  assert.equal(own.retried, 1);
  own.onConnection("registered");
  phone.wake();
  assert.equal(own.retried, 1);
  await phone.stop();
  phone.yield();
  assert.equal(phone.connection, "elsewhere");
});
