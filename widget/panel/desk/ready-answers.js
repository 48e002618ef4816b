// Ready answers: found by `/shortcut` or by their words, filled in for a request. No drawing.
import { app } from "../core/app.js";
import { failure } from "../core/saving.js";
import { shortcutAt } from "./figures.js";

const SHOWN = 8;

export class ReadyAnswers {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {{from: number, word: string}|null} what is being typed */
    this.found = null;
    /** @type {any[]} */
    this.choices = [];
    this.chosen = 0;
  }

  get known() {
    return app.lookups.has("ready-answers");
  }

  get open() {
    return this.found !== null;
  }

  close() {
    if (!this.found) return;
    this.found = null;
    this.changed();
  }

  /** What stands at the caret. @param {string} text @param {number} caret */
  at(text, caret) {
    if (this.known) this.#look(shortcutAt(text, caret));
  }

  /** All of them, at the caret. @param {HTMLTextAreaElement} area */
  show(area) {
    area.focus();
    this.#look({ from: area.selectionStart, word: "" });
  }

  /** @param {{from: number, word: string}|null} found */
  async #look(found) {
    this.found = found;
    if (found) {
      const all = (await app.lookups.search("ready-answers", "", 500)).map((one) => one.item).filter((one) => one.enabled !== false);
      const { word } = found;
      const rank = (/** @type {any} */ one) => (one.shortcut?.startsWith(word) ? 0 : one.name.toLowerCase().includes(word) ? 1 : 2);
      this.choices = all.filter((one) => rank(one) < 2).sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
      this.chosen = 0;
    }
    this.changed();
  }

  /** A key while the list is open. @param {string} key @returns {any} the answer chosen, null: the key was taken, undefined: it was not */
  key(key) {
    if (key === "Escape") this.close();
    else if (key === "ArrowDown" || key === "ArrowUp") {
      const count = this.choices.length || 1;
      this.chosen = (this.chosen + (key === "ArrowDown" ? 1 : count - 1)) % count;
      this.changed();
    } else if (key === "Enter" || key === "Tab") {
      const chosen = this.choices[this.chosen];
      if (!chosen) this.close();
      return chosen;
    } else return undefined;
    return null;
  }

  /** The text for a request, its variables filled in by the server. @param {any} answer @param {any} ticket @returns {Promise<string>} */
  async text(answer, ticket) {
    try {
      return (await app.request("POST", `/ready-answers/${answer.id}/render`, { body: { ticket_id: ticket.id } })).text;
    } catch (error) {
      app.toast(failure(error), "bad");
      return answer.text;
    }
  }
}
