// What is being written is kept until it is sent: a reload or a lost connection loses nothing. No DOM; storage from outside.

const KEY = "paylater.portal.drafts";
const KEEP_MS = 30 * 86_400_000;

/** @typedef {{id: string, name: string, size_bytes: number}} KeptFile */
/** `id`: of what will be made of it. @typedef {{id: string, at: number, fields: Record<string, string>, files: KeptFile[]}} Draft */

export class Drafts {
  /** @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} storage @param {() => string} newId @param {() => number} [now] */
  constructor(storage, newId, now = Date.now) {
    this.storage = storage;
    this.newId = newId;
    this.now = now;
  }

  /** @returns {Record<string, Draft>} */
  #all() {
    try {
      const all = JSON.parse(this.storage.getItem(KEY) ?? "{}");
      return Object.fromEntries(Object.entries(all).filter(([, draft]) => draft.at > this.now() - KEEP_MS));
    } catch {
      return {};
    }
  }

  /** @param {Record<string, Draft>} all */
  #store(all) {
    if (Object.keys(all).length) this.storage.setItem(KEY, JSON.stringify(all));
    else this.storage.removeItem(KEY);
  }

  /** What was written at this place, or a fresh one. @param {string} place @returns {Draft} */
  get(place) {
    return this.#all()[place] ?? { id: this.newId(), at: this.now(), fields: {}, files: [] };
  }

  /** @param {string} place @param {Draft} draft */
  keep(place, draft) {
    const empty = !draft.files.length && Object.values(draft.fields).every((text) => !text);
    if (empty) this.drop(place);
    else this.#store({ ...this.#all(), [place]: { ...draft, at: this.now() } });
  }

  /** It has been sent. @param {string} place */
  drop(place) {
    const all = this.#all();
    delete all[place];
    this.#store(all);
  }

  /** Somebody else signs in. */
  forget() {
    this.storage.removeItem(KEY);
  }
}
