// <pl-problem-page>: one problem: what is known of it, requests that it caused, what their clients were told, its end.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { failure, refusal } from "../core/saving.js";
import { newId } from "./figures.js";
import "./form-dialog.js";
import { dueCell, fact, lineName, optional, stateBadge, when, whose } from "./parts.js";
import { picker } from "./pick.js";
import { noticeRow, problemLooks, problemState } from "./problem-parts.js";

export class ProblemPage extends PanelPage {
  static properties = { item: { state: true }, tickets: { state: true }, notices: { state: true }, asked: { state: true }, text: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.item = null;
    /** @type {any[]} */
    this.tickets = [];
    /** @type {any[]} */
    this.notices = [];
    /** @type {""|"notices"|"solve"} */
    this.asked = "";
    this.text = "";
    /** Sent twice it is told once. */
    this.noticeId = "";
    this.shown = "";
    this.timer = 0; // 0: nothing is to be loaded
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["tickets", "config"], ({ type, topic, key, data }) => {
      const own = topic === "config" ? key === `problems/${this.place.id}` : this.tickets.some((one) => one.id === (data?.ticket_id ?? key)) || JSON.stringify(data?.data ?? {}).includes(this.place.id);
      if (type !== "reset" && !own) return;
      // A notice is told in many requests one after another: what is shown keeps up with it, a few times a second.
      this.timer ||= window.setTimeout(() => {
        this.timer = 0;
        this.load();
      }, 400);
    });
  }

  willUpdate() {
    if (this.shown === this.place.id) return;
    this.shown = this.place.id;
    this.item = null;
    this.load();
  }

  get path() {
    return `/problems/${encodeURIComponent(this.place.id)}`;
  }

  async load() {
    const { path } = this;
    const item = await this.attempt(() => app.request("GET", path));
    if (!item || path !== this.path) return;
    this.item = item;
    const [tickets, notices] = await Promise.all([
      optional("/tickets", `/tickets?problem_id=${encodeURIComponent(item.id)}&limit=200`, { items: [] }),
      optional("/problems/{id}/notices", `${path}/notices`, { items: [] }),
    ]);
    this.tickets = tickets.items;
    this.notices = notices.items;
  }

  /** @param {string} tail @param {any} body @param {string} done */
  async #send(tail, body, done) {
    this.busy = true;
    try {
      await app.request("POST", `${this.path}/${tail}`, body ? { body } : {});
      this.asked = this.text = "";
      app.toast(done);
      await this.load();
    } catch (error) {
      const found = refusal(error);
      this.problem = found.fields.length ? found.fields.map((one) => one.message).join(". ") : failure(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {any} ticket */
  async #unlink(ticket) {
    try {
      await app.request("DELETE", `${this.path}/tickets/${ticket.id}`);
      await this.load();
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  /** Requests that are open and have no problem yet. @param {string} words */
  async #findTickets(words) {
    const query = new URLSearchParams({ limit: "20", ...(words.trim() ? { q: words.trim() } : {}) });
    const page = await app.request("GET", `/tickets?${query}`);
    return page.items.filter((/** @type {any} */ one) => one.problem_id !== this.item.id).map((/** @type {any} */ one) => ({ key: one.id, text: `№ ${one.number} ${one.subject}` }));
  }

  #actions() {
    const may = (/** @type {string} */ tail) => app.can("POST", `/problems/{id}/${tail}`);
    const edit = () => /** @type {any} */ (this.querySelector("pl-form-dialog")).ask({ heading: t("edit"), method: "PATCH", route: "/problems/{id}", path: this.path, item: this.item, looks: problemLooks() });
    const ask = (/** @type {"notices"|"solve"} */ name) => {
      this.problem = this.text = "";
      this.noticeId = newId();
      this.asked = name;
    };
    return html`${app.can("PATCH", "/problems/{id}") ? html`<pl-button icon="edit" @click=${edit}>${t("edit")}</pl-button>` : nothing}
      ${may("notices") ? html`<pl-button icon="megaphone" @click=${() => ask("notices")}>${t("pb.notice")}</pl-button>` : nothing}
      ${may("solve") && this.item.state !== "closed" ? html`<pl-button look="main" icon="check" @click=${() => ask("solve")}>${t("pb.solve")}</pl-button>` : nothing}`;
  }

  #dialog() {
    const { asked } = this;
    if (!asked) return nothing;
    const send = () => {
      if (!this.text.trim()) {
        this.problem = t("pb.writeText");
        return;
      }
      const text = this.text.trim();
      this.#send(asked, { id: this.noticeId, text }, t(asked === "solve" ? "pb.solved" : "pb.sent"));
    };
    return html`<pl-dialog heading=${t(asked === "solve" ? "pb.solve" : "pb.notice")} close-label=${t("close")} open @close=${() => (this.asked = "")}>
      <p class="hint">${t(asked === "solve" ? "pb.solveHint" : "pb.noticeHint", { n: this.item.open_tickets })}</p>
      <pl-field type="textarea" rows="6" label=${t(asked === "solve" ? "pb.solveText" : "pb.noticeText")} problem=${this.problem} .value=${this.text} @input=${(/** @type {any} */ event) => (this.text = event.currentTarget.value)}></pl-field>
      <pl-button slot="actions" @click=${() => (this.asked = "")}>${t("cancel")}</pl-button>
      <pl-button slot="actions" look="main" ?busy=${this.busy} @click=${send}>${t(asked === "solve" ? "pb.solve" : "pb.send")}</pl-button>
    </pl-dialog>`;
  }

  #linked() {
    const columns = [
      { key: "number", head: "№", cell: (/** @type {any} */ one) => html`<span class="digits nowrap">№ ${one.number}</span>` },
      { key: "subject", head: t("dk.subject"), wide: true, cell: (/** @type {any} */ one) => one.subject },
      { key: "who", head: t("dk.client"), cell: whose },
      { key: "line", head: t("dk.line"), cell: (/** @type {any} */ one) => lineName(one.line) },
      { key: "state", head: t("dk.state"), cell: (/** @type {any} */ one) => stateBadge(one.state) },
      { key: "due", head: t("dk.due"), cell: dueCell },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) =>
          app.can("DELETE", "/problems/{id}/tickets/{ticket_id}") ? html`<pl-button size="icon" look="quiet" icon="close" label=${`${t("pb.unlink")}: № ${one.number}`} @click=${() => this.#unlink(one)}></pl-button>` : nothing,
      },
    ];
    const link = (/** @type {string|null} */ key) => key && this.#send("tickets", { ticket_ids: [key] }, t("pb.linked"));
    return html`<section class="card flush over" aria-label=${t("pb.tickets")}>
      <h2 class="bar-title with-tools">${t("pb.tickets")} <span class="muted small">${this.item.tickets}</span><span class="space"></span>
        ${app.can("POST", "/problems/{id}/tickets") && this.item.state !== "closed" ? html`<span class="link-ticket">${picker({ label: t("pb.link"), hideLabel: true, placeholder: t("pb.link"), value: null, text: "", search: (words) => this.#findTickets(words), pick: link })}</span>` : nothing}</h2>
      <pl-table label=${t("pb.tickets")} .columns=${columns} .rows=${this.tickets} .href=${(/** @type {any} */ one) => address("desk", one.id)} empty=${t("pb.noTickets")}></pl-table>
    </section>`;
  }

  render() {
    const { item } = this;
    if (!item) return html`${this.head("…", { back: address("problems") })} ${this.trouble(() => this.load())}`;
    const text = (/** @type {string} */ name) => (item[name] ? html`<div class="wide">${fact(t(`pb.${name}`), html`<span class="pre">${item[name]}</span>`)}</div>` : nothing);
    return html`${this.head(html`<span class="digits muted">№ ${item.number}</span> ${item.title}`, { lead: html`${problemState(item.state)} ${when(item.created_at)}`, back: address("problems"), actions: this.#actions() })}
      ${this.asked ? nothing : this.trouble(() => this.load())}
      ${item.description || item.cause || item.workaround || item.resource_id
        ? html`<section class="card"><dl class="stack full">${item.resource_id ? fact(label("", "resource_id"), app.lookups.name("support-resources", item.resource_id)) : nothing} ${text("description")} ${text("cause")} ${text("workaround")}</dl></section>`
        : nothing}
      ${this.#linked()}
      ${this.notices.length ? html`<section class="card" aria-label=${t("pb.notices")}><h2>${t("pb.notices")}</h2>
        <ol class="events-list">${this.notices.map((one) => noticeRow(one, () => this.#send(`notices/${one.id}/send`, null, t("pb.sent"))))}</ol></section>` : nothing}
      <pl-form-dialog @made=${() => this.load()}></pl-form-dialog> ${this.#dialog()}`;
  }
}

customElements.define("pl-problem-page", ProblemPage);
