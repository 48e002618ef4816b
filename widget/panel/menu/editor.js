// <pl-menu-editor>: a voice menu as a tree of steps, the chosen step's form, and the dry run beside them.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address, go, guardLeaving } from "../core/router.js";
import { refusal, told } from "../core/saving.js";
import { notice } from "../pages/resource-notice.js";
import { drag, freshId, insert, reach, remove, rename, targetOf } from "./graph.js";
import { headCard, treeCard } from "./parts.js";
import { slotKey, slotOf } from "./rows.js";
import { stepForm } from "./step-form.js";
import "./dry-run.js";

/** @typedef {import("./graph.js").Definition} Definition */

const STEP_ID = /^[a-zA-Z0-9_-]{1,60}$/;

export class MenuEditor extends PanelPage {
  static properties = {
    item: { state: true },
    name: { state: true },
    menu: { state: true },
    chosen: { state: true },
    refusal: { state: true },
    elsewhere: { state: true },
    walked: { state: true },
    tab: { state: true },
  };

  constructor() {
    super();
    /** @type {any} */
    this.item = null;
    this.name = "";
    /** @type {Definition} */
    this.menu = { entry: "", steps: {}, language: null };
    /** The key of the chosen way. */
    this.chosen = "";
    /** @type {import("../core/saving.js").Refusal|null} */
    this.refusal = null;
    /** @type {""|"changed"|"deleted"} */
    this.elsewhere = "";
    /** Steps that the last dry run went through. @type {Set<string>} */
    this.walked = new Set();
    /** @type {"step"|"try"} */
    this.tab = "step";
    this.shown = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["config"], (message) => {
      if (message.type === "reset" || message.key !== `menus/${this.place.id}` || !this.item) return;
      if (message.kind === "deleted") this.elsewhere = "deleted";
      else if (message.data?.version > this.item.version) this.dirty || this.busy ? (this.elsewhere = "changed") : this.load();
    });
    guardLeaving(() => !this.dirty || window.confirm(t("unsaved")));
    this.whileConnected(() => guardLeaving(null));
  }

  willUpdate() {
    if (this.place.id !== this.shown) {
      this.shown = this.place.id;
      this.load();
    }
  }

  get isNew() {
    return this.place.id === "new";
  }

  get readonly() {
    return !app.can(this.isNew ? "POST" : "PATCH", this.isNew ? "/menus" : "/menus/{id}");
  }

  get dirty() {
    const before = this.item ?? { name: "", definition: this.#blank() };
    return !this.readonly && JSON.stringify([this.name, this.menu]) !== JSON.stringify([before.name, before.definition]);
  }

  get problems() {
    return this.refusal?.fields ?? [];
  }

  /** @returns {Definition} */
  #blank() {
    return { entry: "", steps: {}, language: null };
  }

  async load() {
    this.refusal = null;
    this.elsewhere = "";
    if (this.isNew) {
      this.item = null;
      this.menu = this.#blank();
      return;
    }
    const found = await this.attempt(() => app.request("GET", `/menus/${encodeURIComponent(this.place.id)}`));
    if (found) this.#keep(found);
  }

  /** @param {any} item */
  #keep(item) {
    this.item = item;
    this.name = item.name;
    this.menu = structuredClone(item.definition);
    if (!this.chosen) this.chosen = slotKey({ step: "", path: [] });
  }

  /** @param {string} kind */
  stepSchema(kind) {
    const definition = app.schemas.resolve(app.bodySchema("POST", "/menus").properties.definition);
    return app.schemas.variants(definition.properties.steps.additionalProperties).get(kind);
  }

  /** @param {import("./graph.js").Slot} slot @param {string} kind */
  add(slot, kind) {
    const id = freshId(this.menu, kind);
    const step = app.schemas.startObject(this.stepSchema(kind) ?? {});
    this.menu = insert(this.menu, slot, id, /** @type {any} */ (step));
    this.chosen = slotKey(slot);
    this.tab = "step";
  }

  /** @param {string} id @param {any} step */
  setStep(id, step) {
    this.menu = { ...this.menu, steps: { ...this.menu.steps, [id]: step } };
  }

  /** @param {string} id */
  removeStep(id) {
    this.menu = remove(this.menu, id);
  }

  /** @param {string} id @param {string} wanted */
  rename(id, wanted) {
    if (wanted === id) return;
    if (!STEP_ID.test(wanted) || this.menu.steps[wanted]) {
      app.toast(t(this.menu.steps[wanted] ? "stepTaken" : "stepNameHint"), "bad");
      this.requestUpdate();
      return;
    }
    this.menu = rename(this.menu, id, wanted);
    const slot = slotOf(this.chosen);
    if (slot.step === id) this.chosen = slotKey({ ...slot, step: wanted });
  }

  /** @param {{from: string, to: string}} way */
  move({ from, to }) {
    const source = slotOf(from);
    const dragged = source.step === "?" ? String(source.path[0]) : targetOf(this.menu, source);
    const target = slotOf(to);
    const moved = target.step === "?" ? null : drag(this.menu, source, target, dragged);
    if (!moved) return app.toast(t("cantMove"), "bad");
    this.menu = moved;
    this.chosen = to;
  }

  /** The step that stands on the chosen way. */
  get chosenStep() {
    if (!this.chosen) return "";
    const slot = slotOf(this.chosen);
    return slot.step === "?" ? String(slot.path[0]) : targetOf(this.menu, slot);
  }

  /** @param {boolean} [over] @returns {Promise<boolean>} */
  async save(over = false) {
    const value = { name: this.name, definition: this.menu };
    const broken = told(app.schemas.check(app.bodySchema("POST", "/menus"), value));
    this.#lost(broken);
    if (broken.length) {
      this.refusal = { text: t("fixErrors"), fields: broken, conflict: false, usedBy: [], gone: false };
      return false;
    }
    this.busy = true;
    try {
      if (this.isNew) {
        const made = await app.request("POST", "/menus", { body: value });
        this.#keep(made);
        this.shown = made.id;
        go(address("menus", made.id), { replace: true });
      } else {
        const version = over ? (await app.request("GET", `/menus/${this.item.id}`)).version : this.item.version;
        this.#keep(await app.request("PATCH", `/menus/${this.item.id}`, { body: { ...value, version } }));
      }
      this.refusal = null;
      this.elsewhere = "";
      app.toast(t("saved"));
      return true;
    } catch (error) {
      this.refusal = refusal(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What the server would say of steps that nothing leads to is told at once. @param {{path: string, message: string}[]} broken */
  #lost(broken) {
    const reached = reach(this.menu, this.menu.entry);
    for (const id of Object.keys(this.menu.steps)) {
      if (!reached.has(id)) broken.push({ path: `body.definition.steps.${id}`, message: t("loneHint") });
    }
  }

  async erase() {
    if (!window.confirm(t("deleteSure", { name: this.item.name }))) return;
    try {
      await app.request("DELETE", `/menus/${this.item.id}`);
      app.toast(t("deleted"));
      go(address("menus"), { force: true });
    } catch (error) {
      this.refusal = refusal(error);
    }
  }

  /** @param {string} key */
  choose(key) {
    this.chosen = key;
    this.tab = "step";
  }

  render() {
    const tabs = /** @type {const} */ (["step", "try"]);
    const actions = this.readonly
      ? nothing
      : html`<pl-button look="main" ?busy=${this.busy} ?disabled=${!this.dirty} @click=${() => this.save()}>${t(this.isNew ? "create" : "save")}</pl-button>
          ${this.item && app.can("DELETE", "/menus/{id}") ? html`<pl-button look="quiet" tone="bad" size="icon" icon="trash" label=${t("delete")} @click=${() => this.erase()}></pl-button>` : nothing}`;
    return html`${this.head(this.item?.name ?? t("newMenu"), { lead: t("page.menus"), back: address("menus"), actions })}
      ${this.trouble(() => this.load())} ${notice(/** @type {any} */ (this))} ${headCard(this)}
      <div class="split">
        ${treeCard(this)}
        <section class="card side-pane">
          <div class="tabs" role="tablist">
            ${tabs.map((one) => html`<button type="button" role="tab" aria-selected=${String(this.tab === one)} @click=${() => (this.tab = one)}>${t(`tab.${one}`)}</button>`)}
          </div>
          <div role="tabpanel" ?hidden=${this.tab !== "step"}>${stepForm(this, this.chosenStep)}</div>
          <pl-dry-run ?hidden=${this.tab !== "try"} ?active=${this.tab === "try"} .editor=${this} .menuId=${this.item?.id ?? ""}
            @walked=${(/** @type {CustomEvent} */ event) => (this.walked = event.detail)}></pl-dry-run>
        </section>
      </div>`;
  }
}

customElements.define("pl-menu-editor", MenuEditor);
