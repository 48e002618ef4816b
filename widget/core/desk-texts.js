// What is said in the calls on the screen: read once, then followed by the feed. No DOM.
import { clock } from "./language.js";
import { LiveTranscript } from "./live-transcript.js";
import { Store } from "./store.js";

/** @typedef {import("./calls.js").Card} Card */
/** @typedef {import("./transcript.js").Transcript} Transcript */
/** A call's text as it is shown; `deaf`: why there is none just now ("" without a reason), null while there is.
 * @typedef {{whole: Transcript, partials: import("./live-transcript.js").Speaking[], deaf: string|null}} CallText */

export const TOPIC = "transcripts";
export const RIGHTS = ["recordings.read", "calls.own"];

/** Stages in which this operator hears nothing of what is said. */
const OUTSIDE = new Set(["ringing", "connecting", "lost"]);

export class CallTexts {
  /** @param {(path: string) => Promise<any>} read the text of a call @param {(name: string, detail: any) => void} tell what the page around us hears */
  constructor(read, tell) {
    this.read = read;
    this.tell = tell;
    /** The page around us asked for texts. */
    this.told = false;
    /** @type {Map<string, LiveTranscript>} */
    this.live = new Map();
    /** By call; a call of which nothing is known is not there. @type {Store<{texts: Record<string, CallText>}>} */
    this.store = new Store({ texts: {} });
  }

  /** @param {string|null} callId @returns {CallText|null} */
  of(callId) {
    return (callId && this.store.value.texts[callId]) || null;
  }

  /** The calls on the screen: texts of new ones are read, those of others forgotten. @param {Card[]} cards */
  follow(cards) {
    const shown = new Set(cards.filter((card) => !OUTSIDE.has(card.stage)).map((card) => card.callId));
    const known = new Set(cards.map((card) => card.callId));
    const gone = [...this.live.keys()].filter((id) => !known.has(id));
    for (const id of gone) this.live.delete(id);
    if (gone.length) this.store.set({ texts: Object.fromEntries(Object.entries(this.store.value.texts).filter(([id]) => known.has(id))) });
    for (const id of shown) if (id && !this.live.has(id)) this.#open(id);
  }

  /** @param {string} id */
  #open(id) {
    this.live.set(id, new LiveTranscript(id));
    void this.#load(id);
  }

  /** Read everything anew: after a gap in the feed what was being said is not known any more. */
  async reload() {
    for (const live of this.live.values()) live.now.clear();
    await Promise.all([...this.live.keys()].map((id) => this.#load(id)));
  }

  /** A call without a text, or one that may not be read, has none; trouble ends with the next reading. @param {string} id */
  async #load(id) {
    const found = await this.read(`/calls/${id}/transcript`).catch(() => null);
    const live = this.live.get(id);
    if (!live || !found?.segments) return;
    live.load(found);
    this.#show(live, true);
  }

  /** Take one message of the feed. @param {any} message */
  take(message) {
    const live = this.live.get(message.key);
    if (!live?.take(message)) return;
    this.#show(live, message.type !== "partial");
    if (!this.told) return;
    if (message.type === "partial") this.tell("transcript:partial", partialTold(message.key, message.data));
    else if (message.kind === "segment") this.tell("transcript:final", finalTold(message.key, message.data));
  }

  /** @param {LiveTranscript} live @param {boolean} grown whether more than what is being said has changed */
  #show(live, grown) {
    const before = this.of(live.callId);
    const whole = before && !grown ? before.whole : live.whole;
    const text = { whole, partials: live.partials, deaf: live.isDeaf ? live.deaf : null };
    this.store.set({ texts: { ...this.store.value.texts, [live.callId]: text } });
  }

  reset() {
    this.live.clear();
    this.store.set({ texts: {} });
  }
}

/** @param {string} callId @param {any} data */
function partialTold(callId, { side, user_id, text, start_s, end_s }) {
  return { callId, side, userId: user_id ?? null, text, startSeconds: start_s, endSeconds: end_s };
}

/** @param {string} callId @param {any} data */
function finalTold(callId, data) {
  return { ...partialTold(callId, data), seq: data.seq, language: data.language ?? null, masked: data.masked ?? false };
}

/**
 * What the sides of a call are called: who is within the company and called a colleague is the client of the two.
 * @param {Card} card @param {string} other the other's name, or number @param {string} you
 * @returns {{client: string, operator: string}} "" where only the side is known
 */
export function namesOf(card, other, you) {
  if (card.mode) return { client: other, operator: "" };
  const called = card.direction === "internal" && card.number === card.called;
  return called ? { client: you, operator: other } : { client: other, operator: you };
}

/** A text to be pasted elsewhere, a stretch a line. @param {Transcript} transcript @param {(side: string) => string} name */
export function plainText(transcript, name) {
  const sorted = [...transcript.segments].sort((a, b) => a.start_s - b.start_s || a.seq - b.seq);
  return sorted.map((one) => `${clock(one.start_s)} ${name(one.side)}: ${one.text}`).join("\n");
}
