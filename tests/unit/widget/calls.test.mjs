import assert from "node:assert/strict";
import { test } from "node:test";
import { cards } from "../../../widget/core/calls.js";

const ME = { userId: "me", extension: "151", hasPhone: true };
const leg = (channel_id, number, more = {}) => ({ channel_id, number, role: "callee", state: "up", user_id: null, ...more });
const call = (legs, more = {}) => ({
  id: "c1", direction: "inbound", caller: "79160000000", caller_name: "Пётр", called: "74951000001", state: "talking",
  started_at: "2026-11-22T10:00:00Z", talk_started_at: "2026-11-22T10:00:10Z", legs, ...more,
});
const CLIENT = leg("client", "79160000000", { role: "caller" });
const session = (more = {}) => ({ id: "s1", leg: "mine", number: "79160000000", name: "", stage: "up", muted: false, since: 0, upSince: 1, ...more });
const mine = (more = {}) => leg("mine", "151", { user_id: "me", ...more });
const stage = (calls, sessions, self = ME) => cards(calls, sessions, self).map((card) => card.stage);

test("a call rings, is talked in, is held by me and by the other side", () => {
  assert.deepEqual(stage([call([CLIENT, mine({ state: "ringing" })])], [session({ stage: "ringing" })]), ["ringing"]);
  assert.deepEqual(stage([call([CLIENT, mine()])], [session()]), ["talking"]);
  assert.deepEqual(stage([call([CLIENT, mine({ held: true })])], [session()]), ["held"]);
  assert.deepEqual(stage([call([{ ...CLIENT, held: true }, mine()])], [session()]), ["waiting"]);
});

test("a call outwards connects until the other side is there", () => {
  const first = mine({ role: "caller" });
  const outwards = { direction: "outbound", caller: "151", called: "79161112233" };
  assert.deepEqual(stage([call([first], outwards)], [session()]), ["connecting"]);
  assert.deepEqual(stage([call([first, leg("x", "79161112233", { state: "ringing" })], outwards)], [session()]), ["connecting"]);
  const [card] = cards([call([first, leg("x", "79161112233")], outwards)], [session()], ME);
  assert.deepEqual([card.stage, card.number, card.direction], ["talking", "79161112233", "outbound"]);
});

test("a call without a conversation here is lost where this tab is the phone, and talked in elsewhere where it is not", () => {
  assert.deepEqual(stage([call([CLIENT, mine()])], []), ["lost"]);
  assert.deepEqual(stage([call([CLIENT, mine()])], [], { ...ME, hasPhone: false }), ["talking"]);
});

test("after a rejoin the leg that this phone has counts", () => {
  const [card] = cards([call([CLIENT, mine(), mine({ channel_id: "again" })])], [session({ leg: "again" })], ME);
  assert.deepEqual([card.channelId, card.stage, card.members.length], ["again", "talking", 1]);
});

test("calls of others, and legs that are over, are no cards; a ring unknown to the server is", () => {
  assert.deepEqual(cards([call([CLIENT, leg("x", "152")]), call([CLIENT, mine({ state: "down" })], { id: "c2" })], [], ME), []);
  const [card] = cards([], [session({ leg: "", stage: "ringing", name: "<b>x</b>" })], ME);
  assert.deepEqual([card.stage, card.callId, card.name], ["ringing", null, "<b>x</b>"]);
});

test("ringing calls come first, then the oldest", () => {
  const talk = call([CLIENT, mine()]);
  const later = call([CLIENT, mine({ channel_id: "m2", state: "ringing" })], { id: "c2", started_at: "2026-11-22T11:00:00Z" });
  const found = cards([talk, later], [session(), session({ id: "s2", leg: "m2", stage: "ringing" })], ME);
  assert.deepEqual(found.map((card) => card.callId), ["c2", "c1"]);
});

test("the feed and the list tell consultation, members and recording alike", () => {
  const asked = leg("asked", "102", { role: "consult" });
  const watcher = leg("boss", "103", { role: "supervisor" });
  const feed = call([CLIENT, mine(), asked, watcher], {
    talk: { consult: { leg: "asked", by: "mine", swapped: true } }, recording: { file: "x" }, record_paused: true,
  });
  const list = call([CLIENT, mine(), asked], { consult: { channel_id: "asked", by: "mine", swapped: true }, recording: "paused" });
  for (const told of [feed, list]) {
    const [card] = cards([told], [session()], ME);
    assert.equal(card.consult.number, "102");
    assert.equal(card.swapped, true);
    assert.equal(card.recording, "paused");
    assert.deepEqual(card.members.map((member) => member.channelId), ["client"]);
  }
});

test("what the customer's system tells of who calls in stands on the card, its name at the top", () => {
  const told = { portrait: { name: "ООО Ромашка", tier: "gold", phone: "79160000000", debt: "" } };
  const [card] = cards([call([CLIENT, mine({ state: "ringing" })], told)], [session({ stage: "ringing" })], ME);
  assert.deepEqual([card.name, card.portrait], ["ООО Ромашка", [["tier", "gold"]]]);
  const [plain] = cards([call([CLIENT, mine()])], [session()], ME);
  assert.deepEqual([plain.name, plain.portrait], ["Пётр", []]);
});
