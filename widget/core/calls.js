// The operator's calls: what the server tells of them joined with the conversations on this phone. No DOM.
import { entries } from "./desk-campaigns.js";

/** @typedef {import("./phone.js").PhoneCall} PhoneCall */
/** A leg as the live feed tells it.
 * @typedef {{channel_id: string, role: string, number: string, state: string, user_id?: string|null, held?: boolean,
 *   muted?: boolean, answered_at?: string|null, started_at?: string, endpoint?: string}} Leg */
/** A call as the live feed and GET /me/calls tell it.
 * @typedef {{id: string, direction: string, caller: string, caller_name?: string, called: string, state: string,
 *   started_at: string, answered_at?: string|null, talk_started_at?: string|null, queue_id?: string|null, legs: Leg[],
 *   portrait?: Record<string, string>, members?: Leg[], recording?: unknown, record_paused?: boolean, consult?: {channel_id: string, by: string, swapped: boolean}|null,
 *   supervisors?: (Leg & {mode: string})[],
 *   talk?: {consult?: {leg: string, by: string, swapped: boolean}|null, watches?: {leg: string, mode: string}[]}|null, parent_id?: string|null}} LiveCall */
/** Somebody else in a call.
 * @typedef {{channelId: string, number: string, userId: string|null, role: string, ringing: boolean, held: boolean, muted: boolean}} Member */
/**
 * `ringing`: this phone rings. `connecting`: the other side is being reached. `talking`, `held`: I keep the other side
 * waiting. `waiting`: I am kept waiting. `lost`: the call goes on but this phone has no part in it any more.
 * @typedef {"ringing"|"connecting"|"talking"|"held"|"waiting"|"lost"} CardStage
 */
/** One call as it is shown.
 * `portrait`: what the customer's own system tells of who calls in.
 * @typedef {{key: string, callId: string|null, sessionId: string|null, channelId: string|null, stage: CardStage,
 *   number: string, name: string, called: string, direction: string, queueId: string|null, startedAt: number,
 *   portrait: [string, string][], talkSince: number|null, muted: boolean, recording: ""|"on"|"paused", members: Member[],
 *   consult: Member|null, swapped: boolean, mode: string}} Card `mode`: how I supervise the call; `consult`: whom I ask; `swapped`: who is asked waits, I am with the others */
/** @typedef {{userId: string, extension: string|null, hasPhone: boolean}} Self `hasPhone`: this tab is a registered phone */

/** @param {Leg} leg */
const alive = (leg) => leg.state !== "down";

/** @param {Leg} leg @param {Self} self */
const isMine = (leg, self) => leg.user_id === self.userId || (!leg.user_id && !!self.extension && leg.number === self.extension);

/**
 * Cards of all calls that concern the operator, ringing ones first, then the oldest.
 * @param {LiveCall[]} calls @param {PhoneCall[]} sessions @param {Self} self
 * @returns {Card[]}
 */
export function cards(calls, sessions, self) {
  const left = new Set(sessions);
  const found = [];
  for (const told of calls) {
    const call = { ...told, legs: told.legs.map((leg) => ({ ...leg, ...told.members?.find((one) => one.channel_id === leg.channel_id) })) };
    const mine = call.legs.filter((leg) => alive(leg) && isMine(leg, self)).sort((a, b) => order(b) - order(a));
    const session = takeSession(left, mine);
    const leg = mine.find((one) => session && one.channel_id === session.leg) ?? mine[0];
    if (leg) found.push(card(call, leg, session, self));
  }
  for (const session of left) found.push(bare(session));
  return found.sort((a, b) => Number(b.stage === "ringing") - Number(a.stage === "ringing") || a.startedAt - b.startedAt);
}

/** The leg that was answered last, else the one that rings. @param {Leg} leg */
function order(leg) {
  return leg.state === "up" ? 2 : leg.state === "ringing" ? 1 : 0;
}

/** The conversation of one of my legs; one that the server did not name goes with the only leg that has none.
 * @param {Set<PhoneCall>} left @param {Leg[]} mine */
function takeSession(left, mine) {
  const ids = new Set(mine.map((leg) => leg.channel_id));
  const named = [...left].find((one) => ids.has(one.leg));
  const session = named ?? (mine.length ? [...left].find((one) => !one.leg) : undefined);
  if (session) left.delete(session);
  return session ?? null;
}

/** @param {LiveCall} call @param {Leg} leg @param {PhoneCall|null} session @param {Self} self @returns {Card} */
function card(call, leg, session, self) {
  const members = call.legs.filter((one) => alive(one) && !isMine(one, self) && one.role !== "supervisor").map(member);
  const asked = call.consult ?? call.talk?.consult;
  const mine = asked?.by === leg.channel_id;
  const consult = mine ? (members.find((one) => one.channelId === (call.consult?.channel_id ?? call.talk?.consult?.leg)) ?? null) : null;
  const called = leg === call.legs[0];
  const callee = call.legs.find((one) => one !== leg && one.role === "callee" && alive(one));
  return {
    key: call.id,
    callId: call.id,
    sessionId: session?.id ?? null,
    channelId: leg.channel_id,
    stage: stageOf(leg, members, session, self),
    number: called ? call.called || callee?.number || "" : call.caller,
    name: called ? "" : call.portrait?.name || (call.caller_name ?? ""),
    called: call.called,
    direction: called && call.direction === "inbound" ? "outbound" : call.direction,
    queueId: call.queue_id ?? null,
    portrait: entries(call.portrait),
    startedAt: Date.parse(call.started_at),
    talkSince: call.talk_started_at ? Date.parse(call.talk_started_at) : null,
    muted: session?.muted ?? false,
    recording: recordingOf(call),
    members: members.filter((one) => one !== consult),
    consult,
    swapped: mine && (asked?.swapped ?? false),
    mode: leg.role === "supervisor" ? modeOf(call, leg) : "",
  };
}

/** How a supervisor follows a call. @param {LiveCall} call @param {Leg} leg @returns {string} */
function modeOf(call, leg) {
  const told = call.supervisors?.find((one) => one.channel_id === leg.channel_id) ?? call.talk?.watches?.find((one) => one.leg === leg.channel_id);
  return told?.mode ?? "listen";
}

/** The list says `on`, `paused`, `off`; the feed has the recording itself. @param {LiveCall} call @returns {""|"on"|"paused"} */
function recordingOf(call) {
  if (!call.recording || call.recording === "off") return "";
  return call.recording === "paused" || call.record_paused ? "paused" : "on";
}

/** @param {Leg} leg @returns {Member} */
function member(leg) {
  return {
    channelId: leg.channel_id,
    number: leg.number,
    userId: leg.user_id ?? null,
    role: leg.role,
    ringing: leg.state !== "up",
    held: leg.held ?? false,
    muted: leg.muted ?? false,
  };
}

/** @param {Leg} leg @param {Member[]} members @param {PhoneCall|null} session @param {Self} self @returns {CardStage} */
function stageOf(leg, members, session, self) {
  if (session?.stage === "ringing") return "ringing";
  if (leg.state !== "up") return session || leg.role === "caller" ? "connecting" : "ringing";
  if (!session && self.hasPhone) return "lost";
  if (leg.held) return "held";
  const there = members.filter((one) => !one.ringing);
  if (!there.length) return "connecting";
  return there.every((one) => one.held) ? "waiting" : "talking";
}

/** A conversation of which the server has not told yet. @param {PhoneCall} session @returns {Card} */
function bare(session) {
  return {
    key: session.id,
    callId: null,
    sessionId: session.id,
    channelId: session.leg || null,
    stage: session.stage === "ringing" ? "ringing" : session.stage === "up" ? "talking" : "connecting",
    number: session.number,
    name: session.name === session.number ? "" : session.name,
    called: "",
    direction: "inbound",
    queueId: null,
    portrait: [],
    startedAt: session.since,
    talkSince: session.upSince,
    muted: session.muted,
    recording: "",
    members: [],
    consult: null,
    swapped: false,
    mode: "",
  };
}
