// The team: queues with who waits, colleagues with what they do now.
import { css, html, nothing } from "../vendor/lit.js";
import { clock } from "../core/language.js";
import { DeskElement } from "./desk-element.js";
import "../elements/badge.js";
import "../elements/button.js";
import { rows } from "./rows.js";
import { t, TONES } from "./words.js";

const ORDER = ["on_call", "reserved", "wrap_up", "ready", "break", "away", "offline"];

export class Team extends DeskElement {
  static ticks = true;
  static styles = [
    DeskElement.styles,
    rows,
    css`
      .offline {
        opacity: 0.65;
      }
    `,
  ];

  /** @param {any} queue */
  #queue(queue) {
    const waiting = queue.waiting ?? queue.callers?.length ?? 0;
    const count = typeof waiting === "number" ? waiting : waiting.length;
    return html`<li>
      <pl-icon name="queue"></pl-icon>
      <div class="grow cut">${queue.name}</div>
      <pl-badge tone=${count ? "warn" : "good"}>${t("inQueue", { count })}</pl-badge>
    </li>`;
  }

  /** @param {import("../core/desk-state.js").Colleague} one */
  #colleague(one) {
    const seconds = one.since ? (this.desk.now() - Date.parse(one.since)) / 1000 : 0;
    const mine = one.user_id === this.desk.user?.id;
    const time = one.status === "offline" ? "" : clock(seconds);
    const calls = one.calls_today ? ` · ${t("callsToday", { count: one.calls_today })}` : "";
    return html`<li class=${one.status}>
      <i class="dot ${TONES[one.status]}"></i>
      <div class="grow">
        <div class="cut">${one.name}${mine ? html` <span class="muted">(${t("you")})</span>` : nothing}</div>
        <div class="cut muted small digits">${t(one.status)} ${time}${calls}</div>
      </div>
      <span class="muted small digits">${one.extension}</span>
      ${mine || !one.extension
        ? nothing
        : html`<pl-button look="quiet" size="icon" icon="phone" label=${t("callTo", { name: one.name })} @click=${() => this.run("call", () => this.desk.call(one.extension))}></pl-button>`}
    </li>`;
  }

  render() {
    const { queues } = this.state;
    const team = [...this.state.team].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name));
    return html`${queues.length
        ? html`<section aria-label=${t("queues")}>
            <div class="head"><h3>${t("queues")}</h3></div>
            <ul class="list">${queues.map((one) => this.#queue(one))}</ul>
          </section>`
        : nothing}
      <section aria-label=${t("operators")}>
        <div class="head"><h3>${t("operators")}</h3></div>
        ${team.length
          ? html`<ul class="list">${team.map((one) => this.#colleague(one))}</ul>`
          : html`<div class="empty"><pl-icon name="people"></pl-icon>${t("noTeam")}</div>`}
      </section>`;
  }
}

customElements.define("pl-team", Team);
