// Which words of support have been read on this device. No DOM; storage from outside.

const KEY = "paylater.portal.seen";
const MOST = 500;

/** @typedef {{id: string, staff_said_at?: string|null, client_said_at?: string|null}} Said */

export class Seen {
  /** @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} storage @param {() => number} [now] */
  constructor(storage, now = Date.now) {
    this.storage = storage;
    this.now = now;
  }

  /** `since`: words from before this device was first used are not new. @returns {{since: number, at: Record<string, string>}} */
  #read() {
    try {
      const found = JSON.parse(this.storage.getItem(KEY) ?? "null");
      if (found) return found;
    } catch {
      // Broken by hand: begin anew.
    }
    const fresh = { since: this.now(), at: {} };
    this.storage.setItem(KEY, JSON.stringify(fresh));
    return fresh;
  }

  /** Has support said something that was not looked at here? @param {Said} one */
  fresh({ id, staff_said_at: staff, client_said_at: client }) {
    const { since, at } = this.#read();
    if (!staff || (client && client > staff)) return false;
    return at[id] ? staff > at[id] : Date.parse(staff) > since;
  }

  /** Its words up to now have been read. @param {Said} one */
  look({ id, staff_said_at: staff }) {
    if (!staff) return;
    const { since, at } = this.#read();
    const kept = Object.entries(at).filter(([other]) => other !== id).slice(1 - MOST);
    this.storage.setItem(KEY, JSON.stringify({ since, at: { ...Object.fromEntries(kept), [id]: staff } }));
  }

  forget() {
    this.storage.removeItem(KEY);
  }
}
