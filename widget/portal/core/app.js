// What every page of the portal needs: who is signed in, the language, messages, drafts. One object a page load.
import { language, setLanguage } from "../../core/language.js";
import { ApiError, Session } from "../../core/session.js";
import { Drafts } from "./drafts.js";
import { newId } from "./ids.js";
import { PortalLive } from "./live.js";
import { Seen } from "./seen.js";

const LANGUAGE_KEY = "paylater.language";
const THEME_KEY = "paylater.theme";
const OWNER_KEY = "paylater.portal.owner";

class App extends EventTarget {
  constructor() {
    super();
    this.session = new Session({
      fetch: window.fetch.bind(window),
      storage: window.localStorage,
      lock: async (work) => (navigator.locks ? await navigator.locks.request("paylater.refresh", work) : work()),
    });
    this.session.onEnd = () => this.ended();
    this.live = new PortalLive(this);
    this.drafts = new Drafts(window.localStorage, newId);
    this.seen = new Seen(window.localStorage);
    /** @type {any} who is signed in, as /auth/me tells it */
    this.me = null;
    /** @type {any} what the portal knows of the account, as /portal/me tells it */
    this.account = null;
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

  /** Read who asks. Staff has no business here: gives false. @returns {Promise<boolean>} */
  async begin() {
    this.me = await this.session.request("GET", "/auth/me");
    const owner = window.localStorage.getItem(OWNER_KEY);
    if (owner && owner !== this.me.id) {
      this.drafts.forget();
      this.seen.forget();
    }
    window.localStorage.setItem(OWNER_KEY, this.me.id);
    this.speak();
    if (this.me.role !== "client") return false;
    if (this.me.second_factor_due) return true;
    await this.reload();
    this.live.open();
    return true;
  }

  /** Read the account anew. */
  async reload() {
    this.account = await this.request("GET", "/portal/me");
    this.tell("account");
  }

  ended() {
    this.live.close();
    this.me = null;
    this.account = null;
    this.tell("ended");
  }

  /** What files may be, as the page tells. @returns {{count: number, bytes: number, types: string[]}} */
  get files() {
    const [count, bytes, ...types] = document.querySelector("meta[name=file-limits]")?.getAttribute("content")?.split(" ") ?? [];
    return { count: Number(count), bytes: Number(bytes), types };
  }

  /** The zone in which times are told: the account's. @returns {string|undefined} */
  get zone() {
    return this.account?.account.timezone || undefined;
  }

  /** The company itself, not a person of it. @returns {boolean} */
  get isParent() {
    return this.account?.account.is_parent ?? false;
  }

  /**
   * @param {string} method @param {string} path under /api/v1
   * @param {{body?: any, blob?: boolean}} [options]
   * @returns {Promise<any>}
   */
  request(method, path, options = {}) {
    return this.session.request(method, path, { ...options, language: language() });
  }

  /** A request without sign-in. @param {string} path @param {any} body @returns {Promise<any>} */
  ask(path, body) {
    return this.session.ask(path, body, language());
  }

  /**
   * Upload a file, telling how much of it is there. fetch can't tell that, so this is an XMLHttpRequest.
   * @param {string} path @param {string} id the file's, made here: sent twice it is kept once @param {File} file
   * @param {(share: number) => void} progress 0..1 @param {AbortSignal} signal
   * @returns {Promise<any>}
   */
  async upload(path, id, file, progress, signal) {
    const token = await this.session.token();
    const form = new FormData();
    form.append("id", id);
    form.append("file", file, file.name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      signal.addEventListener("abort", () => request.abort());
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onload = () => {
        const answer = request.responseText.startsWith("{") ? JSON.parse(request.responseText) : null;
        if (request.status < 300) resolve(answer);
        else reject(new ApiError(request.status, answer));
      };
      request.onerror = () => reject(new TypeError("Failed to fetch"));
      request.onabort = () => reject(new DOMException("", "AbortError"));
      request.open("POST", `/api/v1${path}`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.setRequestHeader("Accept-Language", language());
      request.send(form);
    });
  }

  /** A file of the API, saved by the browser; the token goes in a header, never in an address. @param {string} path @param {string} name */
  async save(path, name) {
    const blob = await this.request("GET", path, { blob: true });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /**
   * A short message at the foot of the page.
   * @param {string} text @param {"good"|"bad"|"warn"|"accent"} [tone] @param {{href?: string}} [options]
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
