// What every page needs: who is signed in, what the API offers, the language, messages. One object a page load.
import { language, setLanguage } from "../../core/language.js";
import { Session } from "../../core/session.js";
import { Schemas } from "./schema.js";
import { Live } from "./live.js";
import { Lookups } from "./lookups.js";

const LANGUAGE_KEY = "paylater.language";
const THEME_KEY = "paylater.theme";

class App extends EventTarget {
  constructor() {
    super();
    this.session = new Session({
      fetch: window.fetch.bind(window),
      storage: window.localStorage,
      lock: async (work) => (navigator.locks ? await navigator.locks.request("paylater.refresh", work) : work()),
    });
    this.session.onEnd = () => this.ended();
    this.schemas = new Schemas({ paths: {}, components: { schemas: {} } });
    this.live = new Live(this);
    this.lookups = new Lookups(this);
    /** @type {any} who is signed in, as /auth/me tells it */
    this.me = null;
  }

  /** The language as chosen here, by the user's account, or by the browser. @param {"ru"|"en"} [chosen] */
  speak(chosen) {
    if (chosen) window.localStorage.setItem(LANGUAGE_KEY, chosen);
    const wanted = window.localStorage.getItem(LANGUAGE_KEY) ?? this.me?.language ?? navigator.language;
    setLanguage(wanted.startsWith("ru") ? "ru" : "en");
    document.documentElement.lang = language();
  }

  /** @returns {"auto"|"light"|"dark"} */
  get theme() {
    const chosen = window.localStorage.getItem(THEME_KEY);
    return chosen === "light" || chosen === "dark" ? chosen : "auto";
  }

  set theme(value) {
    window.localStorage.setItem(THEME_KEY, value);
    this.dress();
    this.tell("theme");
  }

  /** Colours of the document follow the choice. */
  dress() {
    if (this.theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }

  /** Read what the API offers and who asks. */
  async begin() {
    const [document, me] = await Promise.all([
      fetch("/api/v1/openapi.json").then((answer) => answer.json()),
      this.session.request("GET", "/auth/me"),
    ]);
    this.schemas = new Schemas(document);
    this.me = me;
    this.speak();
    this.live.open();
  }

  ended() {
    this.live.close();
    this.lookups.forget();
    this.me = null;
    this.tell("ended");
  }

  /** @param {string} right */
  may(right) {
    const rights = this.me?.rights ?? [];
    return !right || rights.includes("*") || rights.includes(right);
  }

  /** The API's operation, as documented. @param {string} method @param {string} path as in the document: ``/numbers/{id}`` */
  operation(method, path) {
    return this.schemas.document.paths[`/api/v1${path}`]?.[method.toLowerCase()] ?? null;
  }

  /** Does the API have it, and may this user use it? @param {string} method @param {string} path */
  can(method, path) {
    const operation = this.operation(method, path);
    if (!operation) return false;
    const rights = /^Right: `([^`]+)`/.exec(operation.description ?? "")?.[1].split("|") ?? [];
    return !rights.length || rights.some((right) => this.may(right));
  }

  /** Schema of an operation's JSON body. @param {string} method @param {string} path @returns {any} */
  bodySchema(method, path) {
    const content = this.operation(method, path)?.requestBody?.content ?? {};
    const found = /** @type {any} */ (Object.values(content)[0]);
    return found ? this.schemas.resolve(found.schema) : null;
  }

  /** Schema of a list's items. @param {string} path @returns {any} */
  itemSchema(path) {
    const answers = this.operation("GET", path)?.responses ?? {};
    const page = this.schemas.resolve(answers["200"]?.content?.["application/json"]?.schema);
    return this.schemas.resolve(page.properties?.items?.items);
  }

  /**
   * @param {string} method @param {string} path under /api/v1
   * @param {{body?: any, blob?: boolean}} [options]
   * @returns {Promise<any>}
   */
  request(method, path, options = {}) {
    return this.session.request(method, path, { ...options, language: language() });
  }

  /** All items of a list, page by page. @param {string} path @param {number} [limit] @returns {Promise<any[]>} */
  async all(path, limit = 2000) {
    const items = [];
    let cursor = "";
    do {
      const join = path.includes("?") ? "&" : "?";
      const page = await this.request("GET", `${path}${join}limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...page.items);
      cursor = page.next ?? "";
    } while (cursor && items.length < limit);
    return items;
  }

  /** Upload a form (files). @param {string} method @param {string} path @param {FormData} form @returns {Promise<any>} */
  async upload(method, path, form) {
    const headers = { Authorization: `Bearer ${await this.session.token()}`, "Accept-Language": language() };
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: form });
    const result = await answer.json().catch(() => null);
    if (!answer.ok) throw Object.assign(new Error(result?.detail ?? `HTTP ${answer.status}`), { status: answer.status, problem: result });
    return result;
  }

  /**
   * A short message at the foot of the page.
   * @param {string} text @param {"good"|"bad"|"warn"|"accent"} [tone]
   * @param {{href?: string, stays?: boolean}} [options] `href`: where it leads; `stays`: until it is closed
   */
  toast(text, tone = "good", options = {}) {
    this.dispatchEvent(new CustomEvent("toast", { detail: { text, tone, ...options } }));
  }

  /** @param {string} name */
  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}

export const app = new App();
