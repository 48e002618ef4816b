// A conversation's text while it goes on, as the live feed tells it. No DOM.

/** @typedef {import("./transcript.js").Transcript} Transcript */
/** @typedef {import("./transcript.js").Segment} Segment */
/** @typedef {import("./transcript.js").Alert} Alert */
/** @typedef {{side: string, user_id?: string|null, text: string, start_s: number, end_s: number}} Speaking what somebody says just now, as far as it is understood */

/** Who speaks: several may be on one side. @param {{side?: string, user_id?: string|null}} one */
const speaker = ({ side, user_id }) => `${side ?? ""}/${user_id ?? ""}`;

export class LiveTranscript {
  /** @param {string} callId */
  constructor(callId) {
    this.callId = callId;
    /** @type {Map<number, Segment>} */
    this.segments = new Map();
    /** @type {Alert[]} */
    this.alerts = [];
    /** By speaker. @type {Map<string, Speaking>} */
    this.now = new Map();
    /** Why somebody is not heard, by speaker. @type {Map<string, string>} */
    this.deafness = new Map();
    this.closed = false;
    /** @type {Record<string, any>} */
    this.about = {};
  }

  /** What the server has stored; what the feed told meanwhile stays. @param {Transcript|null} transcript */
  load(transcript) {
    if (!transcript) return;
    const { segments, alerts, ...about } = transcript;
    this.about = about;
    for (const one of segments) if (!this.segments.has(one.seq)) this.segments.set(one.seq, one);
    for (const one of alerts ?? []) this.#alert(one);
    if (transcript.state && transcript.state !== "open") this.closed = true;
  }

  /** @param {Alert} alert */
  #alert(alert) {
    if (!this.alerts.some((one) => one.id && one.id === alert.id)) this.alerts.push(alert);
  }

  /**
   * Take one message of the feed.
   * @param {{type: string, topic: string, key: string, kind?: string, data: any}} message
   * @returns {boolean} whether anything is new
   */
  take({ type, topic, key, kind, data }) {
    if (topic !== "transcripts" || key !== this.callId) return false;
    if (type === "partial") {
      if (data.text) this.now.set(speaker(data), data);
      else this.now.delete(speaker(data));
      return true;
    }
    if (kind === "segment") this.#segment(data);
    else if (kind === "alert") this.#alert(data);
    else if (kind === "deaf") this.#deaf(data);
    else if (kind === "hearing") this.deafness.delete(speaker(data));
    else if (kind === "closed") this.#close();
    else if (kind === "opened") this.about = { ...this.about, ...data };
    else return false;
    return true;
  }

  /** A stretch is understood: what was shown of it so far goes. @param {Segment} segment */
  #segment(segment) {
    this.segments.set(segment.seq, segment);
    const now = this.now.get(speaker(segment));
    if (now && now.start_s < segment.end_s) this.now.delete(speaker(segment));
  }

  /** @param {{side?: string, user_id?: string|null, reason?: string}} data */
  #deaf(data) {
    this.deafness.set(speaker(data), data.reason ?? "");
    this.now.delete(speaker(data));
  }

  #close() {
    this.closed = true;
    this.now.clear();
    this.deafness.clear();
  }

  /** Why there is no text just now; empty: there is. */
  get deaf() {
    return this.closed ? "" : ([...this.deafness.values()][0] ?? "");
  }

  /** Is there a text of this conversation, though nothing may have been said yet? */
  get begun() {
    return Object.keys(this.about).length > 0;
  }

  get isDeaf() {
    return !this.closed && this.deafness.size > 0;
  }

  get partials() {
    return [...this.now.values()].sort((a, b) => a.start_s - b.start_s);
  }

  /** All of it, for showing. @returns {Transcript} */
  get whole() {
    return { ...this.about, segments: [...this.segments.values()], alerts: [...this.alerts] };
  }
}
