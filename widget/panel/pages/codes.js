// <pl-codes-page>: what an employee may dial on the phone.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";

/** As `engine/routing/features.py` knows them. @type {[string, string, string][]} */
const CODES = [
  ["*97", "Прослушать свои сообщения", "Hear your messages"],
  ["*8<extension>", "Ответить на звонок коллеги", "Answer the call that rings at a colleague's"],
  ["*5<slot>", "Забрать припаркованный звонок", "Take a parked call"],
  ["*72<number>", "Переадресовать все звонки", "Forward every call"],
  ["*73", "Отменить переадресацию всех звонков", "Stop forwarding every call"],
  ["*90<number>", "Переадресовать, когда занято", "Forward calls when busy"],
  ["*91", "Отменить переадресацию по занятости", "Stop forwarding when busy"],
  ["*92<number>", "Переадресовать, если нет ответа", "Forward calls that are not answered"],
  ["*93", "Отменить переадресацию без ответа", "Stop forwarding calls that are not answered"],
  ["*94<number>", "Переадресовать, если телефон недоступен", "Forward calls when not reachable"],
  ["*95", "Отменить переадресацию при недоступности", "Stop forwarding when not reachable"],
];
const PLACES = /** @type {Record<string, [string, string]>} */ ({ extension: ["внутренний номер", "extension"], number: ["номер", "number"], slot: ["место", "slot"] });

export class CodesPage extends PanelPage {
  static properties = { speedDials: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.speedDials = [];
  }

  async connectedCallback() {
    super.connectedCallback();
    if (app.can("GET", "/speed-dials")) this.speedDials = (await this.attempt(() => app.all("/speed-dials"))) ?? [];
  }

  render() {
    const english = language() === "en" ? 1 : 0;
    const dial = (/** @type {string} */ code) => code.replace(/<(\w+)>/, (_, name) => ` ${PLACES[name]?.[english] ?? name}`);
    const row = (/** @type {string} */ code, /** @type {string} */ words) => html`<div><dt><kbd>${code}</kbd></dt><dd>${words}</dd></div>`;
    return html`${this.head(t("page.feature-codes"), { lead: t("codesLead") })}
      <section class="card"><dl class="codes">${CODES.map(([code, ru, en]) => row(dial(code), english ? en : ru))}</dl></section>
      ${this.speedDials.length
        ? html`<section class="card"><h2>${t("page.speed-dials")}</h2><dl class="codes">${this.speedDials.map((one) => row(one.code, one.name))}</dl></section>`
        : nothing}`;
  }
}

customElements.define("pl-codes-page", CodesPage);
