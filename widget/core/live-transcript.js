// A conversation's text while it goes on, as the live feed tells it. No DOM.

/** @typedef {import("./transcript.js").Transcript} Transcript */
/** @typedef {import("./transcript.js").Segment} Segment */
/** @typedef {import("./transcript.js").Alert} Alert */
/** @typedef {{side: string, text: string, start_s: number, end_s: number}} Partial what a side says just now, as far as it is understood */

export class LiveTranscript {
  /** @param {string} callId */
  constructor(callId) {
    this.callId = callId;
    /** @type {Map<number, Segment>} */
    this.segments = new Map();
    /** @type {Alert[]} */
    this.alerts = [];
    /** By side. @type {Map<string, Partial>} */
    this.now = new Map();
    /** Why a side is not heard, by side. @type {Map<string, string>} */
    this.deafness = new Map();
    this.closed = false;
    /** @type {Partial<Transcript>} */
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
      if (data.text) this.now.set(data.side, data);
      else this.now.delete(data.side);
      return true;
    }
    if (kind === "segment") this.#segment(data);
    else if (kind === "alert") this.#alert(data);
    else if (kind === "deaf") this.#deaf(data);
    else if (kind === "hearing") this.deafness.delete(data.side ?? "");
    else if (kind === "closed") this.#close();
    else if (kind === "opened") this.about = { ...this.about, ...data };
    else return false;
    return true;
  }

  /** A stretch is understood: what was shown of it so far goes. @param {Segment} segment */
  #segment(segment) {
    this.segments.set(segment.seq, segment);
    const now = this.now.get(segment.side);
    if (now && now.start_s < segment.end_s) this.now.delete(segment.side);
  }

  /** @param {{side?: string, reason?: string}} data */
  #deaf({ side = "", reason = "" }) {
    this.deafness.set(side, reason);
    if (side) this.now.delete(side);
    else this.now.clear();
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
