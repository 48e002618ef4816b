// The top of the desk: status with its time, the phone's connection, wrap-up, settings.
import { css, html, nothing } from "../vendor/lit.js";
import { clock, language } from "../core/language.js";
import { DeskElement } from "./desk-element.js";
import { dots } from "../elements/base.js";
import { ct } from "../i18n/campaigns.js";
import "../elements/button.js";
import "../elements/badge.js";
import "../elements/menu.js";
import { reasonName, t, TONES } from "./words.js";

const EXTEND_SECONDS = 30;

export class StatusBar extends DeskElement {
  static ticks = true;
  static styles = [
    DeskElement.styles,
    dots,
    css`
      :host {
        display: block;
        background: var(--pl-surface);
        border-block-end: 1px solid var(--pl-line);
      }
      .bar {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        padding: var(--pl-2) var(--pl-3);
      }
      .who {
        flex: 1;
        min-inline-size: 0;
        line-height: 1.25;
        text-align: end;
      }
      .note {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        justify-content: space-between;
        min-block-size: 2.5rem;
        padding: var(--pl-1) var(--pl-3);
        font-size: var(--pl-text-small);
        border-block-start: 1px solid var(--pl-line);
      }
      .note.warn {
        color: var(--pl-warn);
        background: var(--pl-warn-faint);
      }
      .note.bad {
        color: var(--pl-bad);
        background: var(--pl-bad-faint);
      }
      .note span {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        min-inline-size: 0;
      }
    `,
  ];

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(this.desk.campaigns.store.subscribe(() => this.requestUpdate()));
  }

  /** The campaign that the operator works for now. */
  #campaign() {
    const { preview, clients, due } = this.desk.campaigns.state;
    const name = [preview, ...this.state.cards.map((card) => clients[card.callId ?? ""]), ...due].find((one) => one?.campaign)?.campaign;
    return name ? html`<div class="note"><span class="muted cut">${ct("dialling", { name })}</span></div>` : nothing;
  }

  /** Seconds since the status began. */
  #seconds() {
    const { presence } = this.state;
    return presence ? (this.desk.now() - Date.parse(presence.since)) / 1000 : 0;
  }

  #statusName() {
    const { presence, reasons } = this.state;
    if (!presence) return t("offline");
    const reason = reasons.find((one) => one.id === presence.reason_id);
    return reason ? reasonName(reason, language()) : t(presence.status);
  }

  #choices() {
    const { presence, reasons } = this.state;
    const is = (/** @type {string} */ status, /** @type {string|null} */ reason = null) =>
      presence?.status === status && (presence.reason_id ?? null) === reason;
    const breaks = reasons.length
      ? reasons.map((one) => ({ value: `break ${one.id}`, label: reasonName(one, language()), tone: "warn", current: is("break", one.id) }))
      : [{ value: "break", label: t("goBreak"), tone: "warn", current: is("break") }];
    return [
      { value: "ready", label: t("goReady"), tone: "good", current: is("ready") },
      ...breaks,
      { value: "away", label: t("goAway"), tone: "bad", current: is("away") },
      { value: "offline", label: t("goOffline"), tone: "plain", current: is("offline") },
    ];
  }

  /** @param {CustomEvent<string>} event */
  #choose(event) {
    const [status, reason] = event.detail.split(" ");
    void this.run("status", () => this.desk.setStatus(status, reason ?? null));
  }

  #wrapUp() {
    const { presence } = this.state;
    if (presence?.status !== "wrap_up") return nothing;
    const left = presence.until ? (Date.parse(presence.until) - this.desk.now()) / 1000 : 0;
    const extend = () => this.run("extend", () => this.desk.extendWrapUp(EXTEND_SECONDS));
    return html`<div class="note warn" role="status">
      <span class="digits">${t("wrapLeft", { time: clock(left) })}</span>
      <span>
        <pl-button size="small" label=${t("extendLabel")} ?busy=${this.busy === "extend"} @click=${extend}>${t("extend")}</pl-button>
        <pl-button size="small" look="main" ?disabled=${this.desk.campaigns.owes} @click=${() => this.run("status", () => this.desk.setStatus("ready"))}>${t("finish")}</pl-button>
      </span>
    </div>`;
  }

  /** Anything that the operator must know of the connection. */
  #connection() {
    const { online, phone, ownPhone } = this.state;
    if (!online) return html`<div class="note bad" role="alert"><span><pl-icon name="alert"></pl-icon>${t("offline_now")}</span></div>`;
    if (ownPhone?.kind === "sip") return html`<div class="note"><span class="muted">${t("phone_desk", { extension: ownPhone.extension })}</span></div>`;
    if (!ownPhone) return html`<div class="note warn"><span><pl-icon name="alert"></pl-icon>${t("noExtension")}</span></div>`;
    if (phone.connection === "registered" || phone.connection === "off") return nothing;
    const tone = phone.connection === "connecting" ? "" : phone.connection === "elsewhere" ? "warn" : "bad";
    const take = phone.connection === "elsewhere" || phone.connection === "refused";
    return html`<div class="note ${tone}" role="status">
      <span>${tone === "bad" ? html`<pl-icon name="alert"></pl-icon>` : nothing}${t(`phone_${phone.connection}`, { reason: phone.reason })}</span>
      ${take ? html`<pl-button size="small" @click=${() => this.app.takePhone()}>${t("takeHere")}</pl-button>` : nothing}
    </div>`;
  }

  #wanted() {
    const { presence } = this.state;
    if (presence?.wanted?.status) return html`<div class="note"><span class="muted">${t("after_call", { status: t(presence.wanted.status) })}</span></div>`;
    const why = presence?.status === "away" && presence.why && presence.why !== "asked" ? t(`why_${presence.why}`) : "";
    return why ? html`<div class="note warn"><span>${why}</span></div>` : nothing;
  }

  render() {
    const { presence, ownPhone } = this.state;
    const status = presence?.status ?? "offline";
    const time = clock(this.#seconds());
    const user = this.desk.user;
    return html`<div class="bar">
        ${presence
          ? html`<pl-menu label=${t("status")} .choices=${this.#choices()} @choose=${this.#choose}>
              <pl-button slot="opener" popup="menu" ?busy=${this.busy === "status"} label=${t("statusIs", { status: this.#statusName(), time })}>
                <i class=${TONES[status]}></i><span>${this.#statusName()}</span><span class="digits muted">${time}</span>
              </pl-button>
            </pl-menu>`
          : nothing}
        <div class="who">
          <div class="cut"><b>${user?.name}</b></div>
          <div class="cut muted small">${ownPhone?.extension ?? user?.login}</div>
        </div>
        <pl-button look="quiet" size="icon" icon="settings" label=${t("settings")} @click=${() => this.tell("settings")}></pl-button>
      </div>
      ${this.#connection()}${this.#campaign()}${this.#wrapUp()}${this.#wanted()}`;
  }
}

customElements.define("pl-status", StatusBar);
