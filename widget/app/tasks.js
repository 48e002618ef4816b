// To do: missed calls, each with a call back, and call-backs that callers have asked for.
import { html, nothing } from "../vendor/lit.js";
import { clock, moment } from "../core/language.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import { rows } from "./rows.js";
import { t } from "./words.js";

export class Tasks extends DeskElement {
  static styles = [DeskElement.styles, rows];

  /** @param {string} number */
  #call(number) {
    return html`<pl-button size="small" icon="phone" @click=${() => this.run("call", () => this.desk.call(number))}>${t("callBack")}</pl-button>`;
  }

  /** @param {any} one */
  #missed(one) {
    const number = one.number ?? one.caller;
    const name = one.caller_name || readable(number);
    return html`<li>
      <div class="grow">
        <div class="cut">${name}</div>
        <div class="cut muted small">${moment(one.at)} · ${t("waits", { time: clock(one.waited_s ?? 0) })}</div>
      </div>
      ${this.#call(number)}
      ${this.desk.may("missed.write", "callbacks.write")
        ? html`<pl-button look="quiet" size="icon" icon="close" label=${t("dismiss")}
            @click=${() => this.run("dismiss", () => this.desk.request("POST", `/missed-calls/${one.id}/dismiss`))}></pl-button>`
        : nothing}
    </li>`;
  }

  /** @param {any} one */
  #callback(one) {
    const queue = this.state.queues.find((item) => (item.queue_id ?? item.id) === one.queue_id);
    return html`<li>
      <div class="grow">
        <div class="cut">${readable(one.number)}</div>
        <div class="cut muted small">${moment(one.requested_at)}${queue ? html` · ${queue.name}` : nothing}</div>
      </div>
      ${this.#call(one.number)}
    </li>`;
  }

  render() {
    const { missed, callbacks } = this.state;
    if (!missed.length && !callbacks.length) return html`<div class="empty"><pl-icon name="check"></pl-icon>${t("noTasks")}</div>`;
    return html`${missed.length
        ? html`<section aria-label=${t("missed")}>
            <div class="head"><h3>${t("missed")}</h3></div>
            <ul class="list">${missed.map((one) => this.#missed(one))}</ul>
          </section>`
        : nothing}
      ${callbacks.length
        ? html`<section aria-label=${t("callbacks")}>
            <div class="head"><h3>${t("callbacks")}</h3></div>
            <ul class="list">${callbacks.map((one) => this.#callback(one))}</ul>
          </section>`
        : nothing}`;
  }
}

customElements.define("pl-tasks", Tasks);
