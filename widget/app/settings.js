// Settings: devices with a level meter, volumes, forwarding until a time, language, appearance, sign-out.
import { css, html, nothing } from "../vendor/lit.js";
import { language, moment, setLanguage } from "../core/language.js";
import { isAbsence } from "../core/desk-state.js";
import { looksLikeNumber, readable, tidy } from "../core/number.js";
import { ct } from "../i18n/campaigns.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/field.js";
import { rows } from "./rows.js";
import { t } from "./words.js";

const THEMES = ["auto", "light", "dark"];

export class Settings extends DeskElement {
  static properties = { inputs: { state: true }, outputs: { state: true }, level: { state: true }, problem: { state: true } };
  static styles = [
    DeskElement.styles,
    rows,
    css`
      .card {
        display: grid;
        gap: var(--pl-3);
        padding: var(--pl-3);
        background: var(--pl-surface);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
      }
      meter {
        inline-size: 100%;
        block-size: 0.5rem;
      }
      .problem {
        color: var(--pl-bad);
      }
      .two {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
        gap: var(--pl-3);
      }
      input[type="range"] {
        inline-size: 100%;
        accent-color: var(--pl-accent);
      }
      .label {
        font-size: var(--pl-text-small);
        font-weight: 550;
        color: var(--pl-muted);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {MediaDeviceInfo[]} */
    this.inputs = [];
    /** @type {MediaDeviceInfo[]} */
    this.outputs = [];
    this.level = 0;
    this.problem = "";
    /** @type {() => void} */
    this.endMeter = () => {};
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.state.ownPhone?.kind === "webrtc") void this.#listen();
    this.whileConnected(() => {
      this.endMeter();
      if (!this.state.cards.length) this.app.devices.release();
    });
  }

  /** Show devices and how loud the microphone is. */
  async #listen() {
    this.endMeter();
    try {
      const stream = await this.app.devices.microphone();
      if (!this.isConnected) return;
      this.endMeter = this.app.devices.meter(stream, (level) => (this.level = level));
      this.problem = "";
    } catch {
      this.problem = t("micBlocked");
    }
    Object.assign(this, await this.app.devices.list());
  }

  /** @param {"input"|"output"|"ringer"} kind @param {string} label @param {MediaDeviceInfo[]} devices */
  #device(kind, label, devices) {
    const options = [{ value: "", label: t("systemDevice") }, ...devices.filter((one) => one.deviceId !== "default").map((one) => ({ value: one.deviceId, label: one.label }))];
    const choose = async (/** @type {Event} */ event) => {
      this.app.devices.choose({ [kind]: /** @type {any} */ (event.target).value });
      if (kind === "input") {
        await this.#listen();
        await this.app.changeMicrophone();
      }
    };
    return html`<pl-field type="select" label=${t(label)} .options=${options} .value=${this.app.devices.choice[kind]} @change=${choose}></pl-field>`;
  }

  /** @param {"volume"|"ringVolume"} name */
  #volume(name) {
    const change = (/** @type {Event} */ event) => this.app.devices.choose({ [name]: Number(/** @type {HTMLInputElement} */ (event.target).value) });
    return html`<label><span class="label">${t(name)}</span><br />
      <input type="range" min="0" max="1" step="0.05" .value=${String(this.app.devices.choice[name])} @input=${change} /></label>`;
  }

  #autoAnswer() {
    const change = (/** @type {Event} */ event) => this.app.devices.choose({ autoAnswer: /** @type {any} */ (event.target).checked });
    return html`<pl-field type="checkbox" label=${ct("autoAnswer")} hint=${ct("autoAnswerHint")} .checked=${this.app.devices.choice.autoAnswer} @change=${change}></pl-field>`;
  }

  #sound() {
    if (this.state.ownPhone?.kind !== "webrtc") return nothing;
    const test = () => setTimeout(this.app.devices.ring(), 1500);
    return html`<section class="card" aria-label=${t("microphone")}>
      ${this.#device("input", "microphone", this.inputs)}
      ${this.problem ? html`<p class="problem small" role="alert">${this.problem}</p>` : html`<meter min="0" max="1" low="0.05" .value=${this.level} aria-label=${t("level")}></meter>`}
      <div class="two">${this.#device("output", "speaker", this.outputs)}${this.#device("ringer", "ringer", this.outputs)}</div>
      <div class="two">${this.#volume("volume")}${this.#volume("ringVolume")}</div>
      <pl-button icon="speaker" @click=${test}>${t("testSpeaker")}</pl-button>
      ${this.desk.may("campaigns.own") ? this.#autoAnswer() : nothing}
    </section>`;
  }

  /** @param {SubmitEvent} event */
  #forward(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const to = String(form.get("to") ?? "");
    if (!looksLikeNumber(to)) return;
    const until = new Date(String(form.get("until"))).toISOString();
    void this.run("forward", () => this.desk.setForward({ number: tidy(to), until }));
  }

  #forwarding() {
    if (!this.state.ownPhone) return nothing;
    const own = this.state.forward?.forwards.find((/** @type {any} */ one) => isAbsence(one) && Date.parse(one.until) > this.desk.now());
    if (own) {
      return html`<section class="card" aria-label=${t("forwarding")}>
        <h3>${t("forwarding")}</h3>
        <p>${t("forwardActive", { number: readable(own.to.number), until: moment(own.until) })}</p>
        <pl-button ?busy=${this.busy === "forward"} @click=${() => this.run("forward", () => this.desk.setForward(null))}>${t("forwardOff")}</pl-button>
      </section>`;
    }
    const hour = new Date(this.desk.now() + 3_600_000);
    const local = new Date(hour.getTime() - hour.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    return html`<form class="card" aria-label=${t("forwarding")} @submit=${this.#forward}>
      <h3>${t("forwarding")}</h3>
      <pl-field label=${t("forwardTo")} name="to" type="tel" required></pl-field>
      <pl-field label=${t("forwardUntil")} name="until" type="datetime-local" .value=${local} required></pl-field>
      <p class="muted small">${t("forwardHint")}</p>
      <pl-button kind="submit" icon="forward" ?busy=${this.busy === "forward"}>${t("forwardOn")}</pl-button>
    </form>`;
  }

  render() {
    const languages = [
      { value: "ru", label: "Русский" },
      { value: "en", label: "English" },
    ];
    const value = (/** @type {Event} */ event) => /** @type {any} */ (event.target).value;
    return html`${this.#sound()}<section>${this.#forwarding()}</section>
      <section class="card" aria-label=${t("settings")}>
        <div class="two">
          <pl-field type="select" label=${t("language")} .options=${languages} .value=${language()} @change=${(/** @type {Event} */ event) => setLanguage(value(event))}></pl-field>
          <pl-field type="select" label=${t("theme")} .options=${THEMES.map((one) => ({ value: one, label: t(`theme_${one}`) }))}
            .value=${this.app.theme()} @change=${(/** @type {Event} */ event) => this.app.setTheme(value(event))}></pl-field>
        </div>
        <pl-button icon="signOut" @click=${() => this.app.signOut()}>${t("signOut")}</pl-button>
      </section>`;
  }
}

customElements.define("pl-settings", Settings);
