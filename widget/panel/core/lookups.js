// Names of things that others refer to: read once, kept fresh by the feed, searched on the server where there are many.
import { language } from "../../core/language.js";

/** How each list names its items and what others keep of them. @type {Record<string, {label?: (item: any) => string, key?: string}>} */
export const KINDS = {
  numbers: { label: (item) => `${item.number} · ${item.name}` },
  extensions: { label: (item) => `${item.number} · ${item.name}`, key: "number" },
  "speed-dials": { label: (item) => `${item.code} · ${item.name}` },
  users: { label: (item) => item.name || item.login },
  operators: { label: (item) => item.name },
  dispositions: { label: (item) => (language() === "en" && item.title_en) || item.title },
  roles: { label: (item) => (language() === "en" && item.title_en) || item.title, key: "name" },
  "support-lines": { label: (item) => (language() === "en" && item.name_en) || item.name, key: "line" },
  "ticket-categories": { label: (item) => (language() === "en" && item.name_en) || item.name },
  problems: { label: (item) => `№ ${item.number} ${item.title}` },
};

/** @typedef {{key: string, text: string, item: any}} Choice */

export class Lookups {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Map<string, Promise<Map<string, Choice>>>} */
    this.lists = new Map();
    /** @type {Map<string, Map<string, Choice>>} what is here already */
    this.ready = new Map();
    app.live.follow(["config"], (/** @type {any} */ message) => {
      if (message.type === "reset") this.forget();
      else this.forget(message.key.split("/")[0]);
    });
  }

  /** @param {string} [list] */
  forget(list) {
    if (list) this.lists.delete(list);
    else this.lists.clear();
  }

  /** May this user read the list at all? @param {string} list */
  has(list) {
    return this.app.can("GET", `/${list}`);
  }

  /** @param {string} list @param {any} item @returns {Choice} */
  choice(list, item) {
    const kind = KINDS[list] ?? {};
    return { key: String(item[kind.key ?? "id"]), text: kind.label?.(item) ?? item.name ?? item.id, item };
  }

  /** Everything (up to two thousand) of a list. @param {string} list @returns {Promise<Map<string, Choice>>} */
  load(list) {
    let found = this.lists.get(list);
    if (!found) {
      found = this.read(list);
      this.lists.set(list, found);
      found.catch(() => this.lists.delete(list));
    }
    return found;
  }

  /** @param {string} list */
  async read(list) {
    if (!this.has(list)) return new Map();
    const paged = this.app.operation("GET", `/${list}`).parameters.some((/** @type {any} */ one) => one.name === "limit");
    const items = paged ? await this.app.all(`/${list}`) : (await this.app.request("GET", `/${list}`)).items;
    const choices = items.map((/** @type {any} */ item) => this.choice(list, item));
    const table = new Map(choices.map((/** @type {Choice} */ one) => [one.key, one]));
    this.ready.set(list, table);
    this.app.tell("lookups");
    return table;
  }

  /**
   * The name of a thing, as far as it is known now; reads the list in the background.
   * @param {string} list @param {string|null|undefined} key
   */
  name(list, key) {
    if (!key) return "";
    this.load(list).catch(() => {});
    return this.ready.get(list)?.get(String(key))?.text ?? (this.ready.has(list) ? String(key) : "…");
  }

  /**
   * Choices whose name has all words of ``text``.
   * @param {string} list @param {string} text @param {number} [limit]
   * @returns {Promise<Choice[]>}
   */
  async search(list, text, limit = 30) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = [...(await this.load(list)).values()];
    return all.filter((one) => words.every((word) => one.text.toLowerCase().includes(word))).slice(0, limit);
  }
}
