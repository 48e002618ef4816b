// <pl-resource-item>: one thing with its form: create, change, delete; what others do to it meanwhile is told.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/form.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { nameOf } from "../core/resources.js";
import { address, go, guardLeaving } from "../core/router.js";
import { notice } from "./resource-notice.js";
import { changes, refusal, taken, told } from "../core/saving.js";

/** @typedef {import("../core/saving.js").Refusal} Refusal */

export class ResourceItem extends PanelPage {
  static properties = {
    kind: { attribute: false },
    item: { state: true },
    value: { state: true },
    refusal: { state: true },
    elsewhere: { state: true },
    extra: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../core/resources.js").Resource} */
    this.kind = /** @type {any} */ (null);
    /** What the server has. @type {any} */
    this.item = null;
    /** What the form has. @type {any} */
    this.value = null;
    /** @type {Refusal|null} */
    this.refusal = null;
    /** @type {""|"changed"|"deleted"} */
    this.elsewhere = "";
    this.shown = "";
    /** @type {any} */
    this.extra = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["config"], (message) => this.#told(message));
    const asking = (/** @type {BeforeUnloadEvent} */ event) => this.dirty && event.preventDefault();
    window.addEventListener("beforeunload", asking);
    guardLeaving(() => !this.dirty || window.confirm(t("unsaved")));
    this.whileConnected(() => {
      window.removeEventListener("beforeunload", asking);
      guardLeaving(null);
    });
  }

  get isNew() {
    return this.place.id === "new";
  }

  get one() {
    return `${this.kind.path}/${encodeURIComponent(this.place.id)}`;
  }

  get onePath() {
    const paths = [`${this.kind.path}/{id}`, `${this.kind.path}/{name}`];
    return paths.find((path) => app.operation("GET", path) ?? app.operation("PATCH", path) ?? app.operation("PUT", path)) ?? paths[0];
  }

  get method() {
    return app.operation("PATCH", this.onePath) ? "PATCH" : "PUT";
  }

  get schema() {
    const write = app.bodySchema("POST", this.kind.path) ?? app.bodySchema("PUT", this.onePath);
    if (this.isNew || !write?.properties) return write;
    const patch = app.bodySchema(this.method, this.onePath);
    if (!patch || !write) return patch;
    // A change takes fewer fields perhaps, but they mean the same: defaults and what is required are told by the other.
    const properties = Object.fromEntries(Object.entries(patch.properties).map(([name, own]) => [name, write.properties[name] ?? own]));
    const required = (write.required ?? []).filter((/** @type {string} */ name) => name in properties);
    return { ...write, title: write.title, properties, required };
  }

  get mayWrite() {
    return this.isNew ? app.can("POST", this.kind.path) : app.can(this.method, this.onePath);
  }

  get dirty() {
    return this.mayWrite && this.value && JSON.stringify(this.value) !== JSON.stringify(this.isNew ? this.#blank() : this.item);
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    const wanted = `${this.kind.id}/${this.place.id}`;
    if ((changed.has("kind") || changed.has("place")) && wanted !== this.shown) {
      this.shown = wanted;
      this.load();
    }
  }

  #blank() {
    return { ...app.schemas.start(app.bodySchema("POST", this.kind.path)), ...this.kind.start, ...(this.extra?.start?.() ?? {}) };
  }

  async load() {
    this.refusal = null;
    this.elsewhere = "";
    this.item = null;
    this.extra = this.kind.extra ? await import(`./extras/${this.kind.extra}.js`) : null;
    if (this.isNew) {
      this.value = this.#blank();
      return;
    }
    const found = await this.attempt(() => this.#read());
    if (found) this.#keep(found);
  }

  async #read() {
    if (app.operation("GET", this.onePath)) return app.request("GET", this.one);
    const page = await app.request("GET", this.kind.path);
    return page.items.find((/** @type {any} */ one) => (one.id ?? one.name) === this.place.id);
  }

  /** @param {any} item */
  #keep(item) {
    this.item = item;
    this.value = structuredClone(item);
  }

  /** @param {import("../core/live.js").Message} message */
  async #told(message) {
    if (message.type === "reset" || message.key !== `${this.kind.id}/${this.place.id}` || !this.item) return;
    if (message.kind === "deleted") this.elsewhere = "deleted";
    else if (message.data?.version === undefined || message.data.version > (this.item.version ?? 0)) {
      if (this.dirty || this.busy) this.elsewhere = "changed";
      else this.load();
    }
  }

  /** @param {boolean} [over] send it whatever the others did */
  async save(over = false) {
    const schema = this.schema;
    const broken = [...told(app.schemas.check(schema, taken(this.value, schema))), ...(this.extra?.check?.(this.value) ?? [])];
    if (broken.length) {
      this.refusal = { text: t("fixErrors"), fields: broken, conflict: false, usedBy: [], gone: false };
      return this.#toProblem();
    }
    this.busy = true;
    try {
      const saved = await (this.isNew ? this.#create(schema) : this.#change(schema, over));
      app.toast(t("saved"));
      this.refusal = null;
      this.elsewhere = "";
      guardLeaving(null);
      if (this.isNew) {
        this.value = null;
        go(address(this.kind.id, saved.id ?? saved.name), { replace: true });
        if (this.extra?.created) this.extra.created(saved, this);
      } else this.#keep(saved);
    } catch (error) {
      this.refusal = refusal(error);
      this.#toProblem();
    } finally {
      this.busy = false;
    }
  }

  /** @param {any} schema */
  #create(schema) {
    return app.request("POST", this.kind.path, { body: taken(this.value, schema) });
  }

  /** @param {any} schema @param {boolean} over */
  async #change(schema, over) {
    const version = over ? (await this.#read()).version : this.item.version;
    if (this.method === "PUT") return app.request("PUT", this.one, { body: taken(this.value, schema) });
    const versioned = app.bodySchema("PATCH", this.onePath)?.properties?.version && version !== undefined;
    const body = { ...changes(this.item, this.value, schema), ...(versioned ? { version } : {}) };
    return app.request("PATCH", this.one, { body });
  }

  async #toProblem() {
    await this.updateComplete;
    this.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
  }

  async erase() {
    if (!window.confirm(t("deleteSure", { name: nameOf(this.kind, this.item) }))) return;
    try {
      await app.request("DELETE", this.one);
      app.toast(t("deleted"));
      this.value = null;
      go(address(this.kind.id), { force: true });
    } catch (error) {
      this.refusal = refusal(error);
    }
  }

  #actions() {
    if (!this.mayWrite) return nothing;
    const remove = !this.isNew && app.can("DELETE", this.onePath) && !this.item?.built_in;
    return html`<div class="foot-bar">
      <pl-button kind="submit" look="main" ?busy=${this.busy} ?disabled=${!this.isNew && !this.dirty}>${t(this.isNew ? "create" : "save")}</pl-button>
      ${this.dirty && !this.isNew ? html`<pl-button look="quiet" @click=${() => this.load()}>${t("cancel")}</pl-button>` : nothing}
      <span class="space"></span>
      ${remove ? html`<pl-button look="quiet" tone="bad" icon="trash" @click=${() => this.erase()}>${t("delete")}</pl-button>` : nothing}
    </div>`;
  }

  #form() {
    return html`<form
      class="card"
      novalidate
      @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        if (this.mayWrite) this.save();
      }}
    >
      <pl-form
        .schemas=${app.schemas}
        .lookups=${app.lookups}
        .schema=${this.schema ?? app.schemas.resolve({ type: "object", properties: {} })}
        .value=${this.value}
        .looks=${{ ...this.kind.looks, ...(this.extra?.looks?.(this) ?? {}) }}
        .sections=${this.extra?.sections?.() ?? []}
        .problems=${this.refusal?.fields ?? []}
        ?readonly=${!this.mayWrite}
        @edit=${(/** @type {CustomEvent} */ event) => (this.value = event.detail)}
      ></pl-form>
      ${this.#actions()}
    </form>`;
  }

  render() {
    const title = this.isNew ? t("new") : this.item ? nameOf(this.kind, this.item) : "…";
    const lead = this.item?.updated_at ? t("updated", { when: moment(this.item.updated_at) }) : this.item?.login ?? t(`page.${this.kind.id}`);
    return html`${this.head(title, { lead, back: address(this.kind.id), actions: this.item && this.extra?.actions?.(this) })}
      ${this.extra?.above?.(this) ?? nothing} ${this.trouble(() => this.load())} ${notice(this)}
      ${this.isNew && this.extra?.create ? this.extra.create(this) : this.value ? html`${this.#form()} ${this.item && this.extra?.below ? this.extra.below(this) : nothing}` : nothing}`;
  }
}

customElements.define("pl-resource-item", ResourceItem);
