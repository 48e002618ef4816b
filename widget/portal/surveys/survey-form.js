// <pl-survey-form>: the question, a scale and a comment; event `answer` with {score, comment}.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { PayLaterElement } from "../../elements/base.js";

export class SurveyForm extends PayLaterElement {
  static properties = { ask: { attribute: false }, busy: { type: Boolean }, score: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ask = null;
    this.busy = false;
    this.score = 0;
  }

  createRenderRoot() {
    return this;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (!this.score || this.busy) return;
    const comment = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("comment") ?? "").trim();
    this.tell("answer", { score: this.score, comment });
  }

  render() {
    if (!this.ask) return nothing;
    const { id, best, ask_comment: comment } = this.ask;
    const question = (language() === "en" && this.ask.question_en) || this.ask.question;
    const scores = Array.from({ length: best }, (_, n) => n + 1);
    return html`<form class="survey" @submit=${this.#submit}>
      <fieldset>
        <legend>${question}</legend>
        <div class="scale">
          ${scores.map(
            (score) => html`<label class=${score <= this.score && best <= 5 ? "on" : score === this.score ? "on" : ""}>
              <input type="radio" name=${`score-${id ?? "one"}`} value=${score} .checked=${score === this.score} @change=${() => (this.score = score)} aria-label=${t("scoreOf", { n: score, best })} />
              ${best <= 5 ? html`<pl-icon name="star"></pl-icon>` : html`<span>${score}</span>`}
            </label>`,
          )}
        </div>
        <p class="ends small muted" aria-hidden="true"><span>${t("worst")}</span><span>${t("best")}</span></p>
      </fieldset>
      ${comment && this.score ? html`<pl-field label=${t("surveyComment")} name="comment" type="textarea" rows="2" limit="2000"></pl-field>` : nothing}
      <p><pl-button kind="submit" look="main" ?disabled=${!this.score} ?busy=${this.busy}>${t("sendAnswer")}</pl-button></p>
    </form>`;
  }
}

customElements.define("pl-survey-form", SurveyForm);
