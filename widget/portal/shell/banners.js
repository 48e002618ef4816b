// <pl-banners>: what everybody must know: the network is away, a mass trouble is being mended.
import { html, nothing } from "../../vendor/lit.js";
import { linked } from "../../elements/linked.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { address } from "../core/router.js";
import { moment } from "../core/texts.js";

const KEY = "paylater.portal.notices";
const AWAY_MS = 4000;

/** @returns {string[]} ids of notices put away on this device */
function putAway() {
  try {
    return JSON.parse(window.localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

export class Banners extends PortalPage {
  static properties = { notices: { state: true }, away: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.notices = [];
    this.away = false;
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    const network = () => this.#network();
    window.addEventListener("online", network);
    window.addEventListener("offline", network);
    this.whileConnected(() => {
      window.removeEventListener("online", network);
      window.removeEventListener("offline", network);
      window.clearTimeout(this.timer);
    });
    this.when("live", network);
    this.follow(({ type, kind }) => (type === "reset" || kind === "ticket") && this.load());
    this.load();
  }

  async load() {
    const page = await app.request("GET", "/portal/notices").catch(() => null);
    if (page) this.notices = page.items;
  }

  /** Away at once when the browser says so; when the feed is cut, after a moment: it mostly comes back by itself. */
  #network() {
    window.clearTimeout(this.timer);
    if (app.live.connected && navigator.onLine) this.away = false;
    else if (!navigator.onLine) this.away = true;
    else this.timer = window.setTimeout(() => (this.away = !app.live.connected), AWAY_MS);
  }

  /** @param {any} notice */
  #hide(notice) {
    const known = new Set(this.notices.map((one) => one.id));
    window.localStorage.setItem(KEY, JSON.stringify([...putAway().filter((id) => known.has(id)), notice.id]));
    this.requestUpdate();
  }

  /** @param {any} notice */
  #notice(notice) {
    return html`<section class="banner warn" aria-label=${t("notice")}>
      <pl-icon name="megaphone"></pl-icon>
      <div>
        <p class="text">${linked(notice.text)}</p>
        <p class="small">
          <time datetime=${notice.at}>${moment(notice.at)}</time>
          ${notice.ticket_ids.length === 1 ? html` · <a href=${address("requests", notice.ticket_ids[0])}>${t("noticeRequest")}</a>` : nothing}
        </p>
      </div>
      <pl-button look="quiet" size="icon" icon="close" label=${t("hideNotice")} @click=${() => this.#hide(notice)}></pl-button>
    </section>`;
  }

  render() {
    const hidden = new Set(putAway());
    return html`<div aria-live="polite">
      ${this.away
        ? html`<section class="banner bad" aria-label=${t("offline")}><pl-icon name="alert"></pl-icon><p>${t("offlineLead")}</p></section>`
        : nothing}
      ${this.notices.filter((one) => !hidden.has(one.id)).map((one) => this.#notice(one))}
    </div>`;
  }
}

customElements.define("pl-banners", Banners);
