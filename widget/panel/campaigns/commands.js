// <pl-campaign-commands>: the buttons of a campaign; before a start it says what is missing, a plan asks for its times.
import { html, nothing } from "../../vendor/lit.js";
import { problemText, t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { refusal } from "../core/saving.js";
import { valueOf } from "./fields.js";
import { actions } from "./figures.js";

const ICONS = { start: "play", resume: "play", pause: "pause", finish: "check", schedule: "clock" };
const ASKED = new Set(["start", "finish", "schedule"]);

/** @param {string|null|undefined} at @returns {string} as `datetime-local` has it */
function local(at) {
  if (!at) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {string} typed */
const moment = (typed) => (typed ? new Date(typed).toISOString() : null);

/** What keeps it from starting, in the reader's language where we know it. @param {{code?: string, message: string}} one */
function hindrance(one) {
  const words = t(`hindrance.${one.code}`);
  return words.startsWith("hindrance.") ? problemText(one.message) : words;
}

export class CampaignCommands extends PanelPage {
  static properties = { campaign: { attribute: false }, small: { type: Boolean }, asked: { state: true }, missing: { state: true }, times: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.campaign = null;
    /** In a row of a table: the first alone, as an icon. */
    this.small = false;
    /** What is about to be done. @type {""|import("./figures.js").Action} */
    this.asked = "";
    /** @type {any[]} */
    this.missing = [];
    this.times = { starts_at: "", ends_at: "" };
  }

  /** Ask for it, or do it at once where nothing is to be said. @param {import("./figures.js").Action} action */
  async ask(action) {
    this.problem = "";
    this.missing = [];
    if (!ASKED.has(action)) return this.#do(action);
    this.asked = action;
    this.times = { starts_at: local(this.campaign.starts_at), ends_at: local(this.campaign.ends_at) };
    if (action === "start" && app.can("GET", "/campaigns/{id}/readiness")) {
      const page = await this.attempt(() => app.request("GET", `/campaigns/${this.campaign.id}/readiness`));
      this.missing = page?.items ?? [];
    }
  }

  /** @param {import("./figures.js").Action} action */
  async #do(action) {
    const path = `/campaigns/${this.campaign.id}/${action}`;
    const body = action === "schedule" ? { starts_at: moment(this.times.starts_at), ends_at: moment(this.times.ends_at) } : undefined;
    this.busy = true;
    try {
      const after = await app.request("POST", path, body ? { body } : {});
      this.asked = "";
      app.toast(t(`done_${action}`));
      this.tell("commanded", after);
    } catch (error) {
      const found = refusal(error);
      this.problem = found.fields.length ? found.fields.map((one) => one.message).join(". ") : found.text;
      if (!this.asked) app.toast(this.problem, "bad");
    } finally {
      this.busy = false;
    }
  }

  #dialog() {
    const { asked, campaign, missing } = this;
    const set = (/** @type {"starts_at"|"ends_at"} */ name) => (/** @type {Event} */ event) => (this.times = { ...this.times, [name]: valueOf(event) });
    const field = (/** @type {"starts_at"|"ends_at"} */ name) => html`<pl-field type="datetime-local" label=${t(`plan.${name}`)} .value=${this.times[name]} @change=${set(name)}></pl-field>`;
    const words = asked && asked !== "schedule" ? t(`${asked}Sure`, { name: campaign.name }) : "";
    const main = asked === "start" && campaign.state === "finished" ? t("restart") : asked ? t(asked) : "";
    return html`<pl-dialog heading=${main} close-label=${t("close")} ?open=${Boolean(asked)} @close=${() => (this.asked = "")}>
      ${words ? html`<p>${words}</p>` : nothing}
      ${missing.length ? html`<div class="notice warn" role="alert"><pl-icon name="alert"></pl-icon><div>${t("hindered")}<ul class="dots">${missing.map((one) => html`<li>${hindrance(one)}</li>`)}</ul></div></div>` : nothing}
      ${asked === "schedule" ? html`<div class="fields">${field("starts_at")} ${field("ends_at")}</div>` : nothing}
      ${this.trouble()}
      <pl-button slot="actions" @click=${() => (this.asked = "")}>${t("cancel")}</pl-button>
      <pl-button slot="actions" look="main" tone=${asked === "finish" ? "bad" : ""} ?busy=${this.busy} ?disabled=${asked === "schedule" && !this.times.starts_at}
        @click=${() => asked && this.#do(asked)}>${main}</pl-button>
    </pl-dialog>`;
  }

  render() {
    const { campaign, small } = this;
    if (!campaign) return nothing;
    const may = actions(campaign).filter((one) => app.can("POST", `/campaigns/{id}/${one}`));
    const button = (/** @type {import("./figures.js").Action} */ one, /** @type {number} */ n) => {
      const word = one === "start" && campaign.state === "finished" ? t("restart") : t(one);
      if (small) return html`<pl-button size="icon" look="quiet" icon=${ICONS[one]} label=${`${word}: ${campaign.name}`} @click=${() => this.ask(one)}></pl-button>`;
      return html`<pl-button look=${n ? "plain" : "main"} icon=${ICONS[one]} @click=${() => this.ask(one)}>${word}</pl-button>`;
    };
    return html`${(small ? may.slice(0, 1) : may).map(button)}${this.asked || this.problem ? this.#dialog() : nothing}`;
  }
}

customElements.define("pl-campaign-commands", CampaignCommands);
