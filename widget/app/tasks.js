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

  /** @param {string} id @param {() => Promise<unknown>} call */
  #callButton(id, call) {
    return html`<pl-button look="quiet" size="icon" icon="phone" label=${t("callBack")} ?busy=${this.busy === id} @click=${() => this.run(id, call)}></pl-button>`;
  }

  /** Names of the queues in which a caller waited; the feed tells ids alone. @param {any} one @returns {string} */
  #queues(one) {
    const names = one.queue_names ?? this.state.queues.filter((queue) => one.queue_ids?.includes(queue.queue_id)).map((queue) => queue.name);
    return names.join(", ");
  }

  /** @param {any} one */
  #missed(one) {
    const name = one.caller_name || readable(one.number);
    const path = `/missed-calls/${one.id}`;
    const facts = [moment(one.at), one.waited_s ? t("waited", { time: clock(one.waited_s) }) : "", this.#queues(one), one.times > 1 ? `×${one.times}` : ""];
    return html`<li>
      <div class="grow">
        <div class="cut">${name}</div>
        <div class="cut muted small">${facts.filter(Boolean).join(" · ")}</div>
      </div>
      ${one.taken_by && one.taken_by !== this.desk.user?.id
        ? html`<span class="muted small">${t("takenBy", { name: one.taken_by_name ?? "" })}</span>`
        : this.#callButton(one.id, () => this.desk.place(`${path}/call-back`))}
      ${this.desk.may("callbacks.write")
        ? html`<pl-button look="quiet" size="icon" icon="close" label=${t("dismiss")}
            @click=${() => this.run("dismiss", () => this.desk.request("DELETE", path))}></pl-button>`
        : nothing}
    </li>`;
  }

  /** @param {any} one */
  #callback(one) {
    const queue = this.state.queues.find((item) => (item.queue_id ?? item.id) === one.queue_id);
    return html`<li>
      <div class="grow">
        <div class="cut">${one.name || readable(one.number)}</div>
        <div class="cut muted small">${[moment(one.requested_at), queue?.name ?? one.queue_name, one.note].filter(Boolean).join(" · ")}</div>
      </div>
      ${this.#callButton(one.id, () => this.desk.call(one.number))}
      ${this.desk.may("callbacks.write")
        ? html`<pl-button look="quiet" size="icon" icon="check" label=${t("done")}
            @click=${() => this.run("done", () => this.desk.request("PATCH", `/callbacks/${one.id}`, { state: "done" }))}></pl-button>`
        : nothing}
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
