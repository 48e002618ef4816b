// Who else has the request open, and who of them writes: told every so often, forgotten by itself. No DOM.
import { app } from "../core/app.js";

const EVERY_MS = 15_000;
/** Whoever typed last so long ago writes no more. */
const PAUSE_MS = 8000;
const PATH = "/tickets/{id}/viewing";

export class Viewing {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.id = "";
    this.writing = false;
    /** @type {{user_id: string, name: string, writing: boolean}[]} */
    this.others = [];
    this.timer = 0;
    this.pause = 0;
  }

  /** @param {string} id */
  open(id) {
    this.leave();
    this.id = id;
    if (!app.can("POST", PATH)) return;
    this.tell();
    this.timer = window.setInterval(() => this.tell(), EVERY_MS);
  }

  leave() {
    window.clearInterval(this.timer);
    window.clearTimeout(this.pause);
    if (this.id && app.session.user && app.can("DELETE", PATH)) app.request("DELETE", `/tickets/${encodeURIComponent(this.id)}/viewing`).catch(() => {});
    this.id = "";
    this.writing = false;
    this.others = [];
  }

  /** Something is being typed (or was sent). @param {boolean} on */
  write(on) {
    window.clearTimeout(this.pause);
    if (on) this.pause = window.setTimeout(() => this.write(false), PAUSE_MS);
    if (on === this.writing) return;
    this.writing = on;
    this.tell();
  }

  async tell() {
    const { id } = this;
    if (!id || !app.can("POST", PATH)) return;
    try {
      this.#take(id, await app.request("POST", `/tickets/${encodeURIComponent(id)}/viewing`, { body: { writing: this.writing } }));
    } catch {
      // The next one comes soon.
    }
  }

  async read() {
    const { id } = this;
    if (!id || !app.can("GET", PATH)) return;
    try {
      this.#take(id, await app.request("GET", `/tickets/${encodeURIComponent(id)}/viewing`));
    } catch {
      // Told again in a while.
    }
  }

  /** @param {string} id @param {any} page */
  #take(id, page) {
    if (id !== this.id || !page?.items) return;
    this.others = page.items.filter((/** @type {any} */ one) => one.user_id !== app.me?.id).map((/** @type {any} */ one) => ({ ...one, name: one.name ?? one.user_name ?? "" }));
    this.changed();
  }
}
