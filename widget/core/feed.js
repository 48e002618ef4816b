// The live feed's memory: which calls are in progress and where to resume. No DOM, no socket.

/** @typedef {{cursor: number, topic: string, kind: string, key: string, data: any, type: string}} Message */

/** Close codes after which coming back as before is no use. */
const FINAL = new Set([4400, 4401, 4403]);

export class LiveCalls {
  constructor() {
    /** @type {Map<string, any>} */
    this.calls = new Map();
    /** @type {number|null} */
    this.cursor = null;
    this.ended = 0;
  }

  /** Start from a full list. @param {any[]} items */
  load(items) {
    this.calls = new Map(items.map((call) => [call.id, call]));
  }

  /**
   * Take one message in.
   * @param {Message} message
   * @returns {"changed"|"ended"|"reload"|"nothing"} what the view should do
   */
  take(message) {
    if (typeof message.cursor === "number") this.cursor = message.cursor;
    if (message.type === "reset") return "reload";
    if (message.type !== "change" || message.topic !== "calls") return "nothing";
    if (message.kind === "ended") {
      this.calls.delete(message.key);
      this.ended += 1;
      return "ended";
    }
    // A call is told whole: nothing of what was known of it stays.
    this.calls.set(message.key, { ...message.data, id: message.key });
    return "changed";
  }

  /** Oldest first. */
  list() {
    return [...this.calls.values()].sort((a, b) => String(a.started_at).localeCompare(String(b.started_at)));
  }
}

/**
 * What to do after the socket closed.
 * @param {number} code
 * @param {number} attempt failures in a row
 * @returns {number|null} milliseconds to wait, null: sign in anew
 */
export function retryAfter(code, attempt) {
  if (FINAL.has(code)) return null;
  return Math.min(15_000, 300 * 2 ** Math.min(attempt, 6));
}
