// <pl-form>: a form made from a JSON schema; every change gives a new value (event `edit`). Problems are shown at their fields.
import { html, nothing } from "../vendor/lit.js";
import { hint, label, t } from "../i18n/panel.js";
import { byPath, put } from "../panel/core/paths.js";
import { PayLaterElement } from "./base.js";
import { look } from "./form/looks.js";
import { field } from "./form/fields.js";

/** @typedef {import("../panel/core/paths.js").Path} Path */
/** @typedef {import("../panel/core/schema.js").Schema} Schema */
/** @typedef {import("./form/looks.js").Look} Look */

export class Form extends PayLaterElement {
  static properties = {
    schemas: { attribute: false },
    schema: { attribute: false },
    value: { attribute: false },
    problems: { attribute: false },
    lookups: { attribute: false },
    looks: { attribute: false },
    sections: { attribute: false },
    base: { attribute: false },
    readonly: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {import("../panel/core/schema.js").Schemas|null} */
    this.schemas = null;
    /** @type {Schema|null} */
    this.schema = null;
    /** @type {any} */
    this.value = {};
    /** @type {{path: string, message: string}[]} */
    this.problems = [];
    /** @type {import("../panel/core/lookups.js").Lookups|null} */
    this.lookups = null;
    /** How fields look, beyond what their names say. @type {Record<string, Look>} */
    this.looks = {};
    /** Fields under headings; those that no section names come first. @type {{title: string, lead?: string, names: string[]}[]} */
    this.sections = [];
    /** The path of the form's value in what the server is sent. */
    this.base = "body";
    this.readonly = false;
    /** @type {Map<string, string>} */
    this.found = new Map();
  }

  createRenderRoot() {
    return this;
  }

  /** @param {Path} path @param {any} value */
  set(path, value) {
    this.value = put(this.value, path, value);
    this.tell("edit", this.value);
  }

  /** @param {Path} path */
  problem(path) {
    return this.found.get([this.base, ...path].join(".")) ?? "";
  }

  /** Is anything wrong at or under the path? @param {Path} path */
  broken(path) {
    const start = [this.base, ...path].join(".");
    return [...this.found.keys()].some((key) => key === start || key.startsWith(`${start}.`));
  }

  /** @param {string} owner @param {string} name */
  look(owner, name) {
    return { ...look(owner, name), ...this.looks[name], ...this.looks[`${owner}.${name}`] };
  }

  /** Fields of an object, the less used ones folded away. @param {Schema} schema @param {Path} path @param {any} value @param {(name: string) => boolean} [wanted] */
  object(schema, path, value, wanted = () => true) {
    const owner = schema.title ?? "";
    const names = Object.keys(schema.properties ?? {}).filter((name) => name !== this.schemas?.tagOf(schema) && name !== "version" && wanted(name));
    const shown = names.filter((name) => {
      const { as, when } = this.look(owner, name);
      return as !== "hidden" && (!when || when(value ?? {}));
    });
    const order = (/** @type {string} */ name) => this.look(owner, name).order ?? 50;
    shown.sort((a, b) => order(a) - order(b));
    const one = (/** @type {string} */ name) => this.property(schema, name, [...path, name], value?.[name]);
    const folded = shown.filter((name) => this.look(owner, name).more);
    const open = folded.some((name) => this.broken([...path, name]));
    return html`${shown.filter((name) => !folded.includes(name)).map(one)}
    ${folded.length
      ? html`<details class="more" ?open=${open}>
          <summary>${t("advanced")}</summary>
          <div class="fields">${folded.map(one)}</div>
        </details>`
      : nothing}`;
  }

  /** @param {Schema} owner @param {string} name @param {Path} path @param {any} value */
  property(owner, name, path, value) {
    const title = owner.title ?? "";
    const required = owner.required?.includes(name) ?? false;
    return field(this, {
      schema: owner.properties[name],
      path,
      value,
      name,
      owner: title,
      label: label(title, name),
      hint: hint(title, name),
      look: this.look(title, name),
      required,
    });
  }

  render() {
    if (!this.schemas || !this.schema) return nothing;
    this.found = byPath(this.problems);
    const { schema, sections } = this;
    const named = new Set(sections.flatMap((one) => one.names));
    return html`<div class="fields" ?inert=${this.readonly}>
      ${this.object(schema, [], this.value, (name) => !named.has(name))}
      ${sections.map(
        (one) => html`<section class="part wide">
          <h2>${one.title}</h2>
          ${one.lead ? html`<p class="hint">${one.lead}</p>` : nothing}
          <div class="fields">${this.object(schema, [], this.value, (name) => one.names.includes(name))}</div>
        </section>`,
      )}
    </div>`;
  }
}

customElements.define("pl-form", Form);
