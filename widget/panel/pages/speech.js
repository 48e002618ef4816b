// <pl-speech-page>: what was said in calls, by words; the address keeps the query; a hit opens its call at that second.
import { html, nothing } from "../../vendor/lit.js";
import { clock } from "../../core/language.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { duration, moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { address, go } from "../core/router.js";
import "../speech/call-dialog.js";
import { moodBadge } from "../speech/mood.js";
import { runs } from "../speech/runs.js";

const MOODS = [
  { value: "", word: "mood.any" },
  { value: "bad", word: "mood.bad" },
  { value: "good", word: "mood.good" },
];
/** Sentiment beyond it counts, as in the player. */
const MOOD = 0.25;

export class SpeechPage extends ListPage {
  constructor() {
    super();
    this.path = "/transcripts";
    this.page = "speech";
  }

  query() {
    const query = super.query();
    const { mood } = this.place.query;
    if (mood === "bad") query.set("max_sentiment", String(-MOOD));
    if (mood === "good") query.set("min_sentiment", String(MOOD));
    return query;
  }

  /** A call is opened and closed over the results, which stay. */
  get wanted() {
    return Object.fromEntries(Object.entries(this.place.query).filter(([name]) => name !== "at"));
  }

  filters() {
    const sides = ["", "client", "operator"].map((value) => ({ value, label: value ? valueText("side", value) : t("any") }));
    return html`<pl-field class="long" type="search" label=${t("sayWhat")} limit="200" .value=${this.place.query.q ?? ""}
        @input=${(/** @type {Event} */ event) => this.set("q", /** @type {any} */ (event.currentTarget).value)}></pl-field>
      ${this.choice("side", t("saidBy"), sides)} ${this.typed("from", t("from"), "date")} ${this.typed("to", t("to"), "date")}
      ${this.picker("operator_id", label("", "operator_id"), "users")} ${this.picker("queue_id", label("", "queue_id"), "queues")}
      ${this.picker("rule_id", t("rule"), "speech-rules")}
      ${this.choice("mood", t("sentiment"), MOODS.map(({ value, word }) => ({ value, label: t(word) })))}`;
  }

  /** @param {any} one @param {string} [at] */
  #place(one, at) {
    return address("speech", one.call_id, { ...this.place.query, at });
  }

  /** @param {any} one @param {any} hit */
  #hit(one, hit) {
    const words = runs(hit.text, hit.marks).map((run) => (run.marked ? html`<mark>${run.text}</mark>` : run.text));
    const inner = html`<span class="digits">${clock(hit.at_s)}</span><span class="side ${hit.side}">${valueText("side", hit.side)}</span><span class="words">${words}</span>`;
    return html`<li><a href=${one.call_id ? this.#place(one, String(hit.at_s)) : address("voicemail")}>${inner}</a></li>`;
  }

  /** @param {any} one */
  #found(one) {
    const who = one.call_id ? `${one.caller_name || one.caller || "—"} → ${one.called ?? "—"}` : t("message");
    const about = [moment(one.started_at), one.operator_name, one.queue_name, one.duration_s ? duration(one.duration_s) : ""].filter(Boolean).join(" · ");
    const more = one.hit_count - one.hits.length;
    return html`<li class="card">
      <h2>${one.call_id ? html`<a href=${this.#place(one)}>${who}</a>` : who}<span class="muted">${about}</span>${moodBadge(one.sentiment)}</h2>
      <ul class="hits">${one.hits.map((/** @type {any} */ hit) => this.#hit(one, hit))}</ul>
      ${more > 0 ? html`<p class="muted small">${t("moreHits", { n: more })}</p>` : nothing}
    </li>`;
  }

  #results() {
    if (!this.items.length) return html`<div class="empty" role="status"><pl-icon name="search"></pl-icon><p>${t(this.busy ? "loading" : this.place.query.q ? "noneSaid" : "noTexts")}</p></div>`;
    return html`<p class="muted small" role="status">${t(this.next ? "hitsMany" : "hitsFound", { n: this.items.length })}</p>
      <ol class="found" aria-busy=${String(this.busy)}>${this.items.map((one) => this.#found(one))}</ol>`;
  }

  render() {
    const { q, at, ...rest } = this.place.query;
    const list = address("speech", "", { q, ...rest });
    return html`${this.head(t("page.speech"), { lead: t("lead.speech") })}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())} ${this.#results()}
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      <pl-call-dialog call-id=${this.place.id} query=${q ?? ""} .from=${Number(at ?? -1)} @close=${() => go(list)} @missing=${() => go(list, { replace: true })}></pl-call-dialog>`;
  }
}

customElements.define("pl-speech-page", SpeechPage);
