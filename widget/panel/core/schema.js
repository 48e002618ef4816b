// JSON Schema (as the OpenAPI document has it) in the terms of forms. No DOM.

/** @typedef {Record<string, any>} Schema */
/** @typedef {"text"|"number"|"bool"|"choice"|"list"|"object"|"map"|"variant"|"any"} Shape */

const CHOICE_PATTERN = /^\^\(([a-zA-Z0-9_|]+)\)\$$/;

export class Schemas {
  /** @param {any} document OpenAPI 3.1 */
  constructor(document) {
    this.document = document;
  }

  /** The schema itself: references followed. @param {Schema|undefined} schema @returns {Schema} */
  resolve(schema) {
    let found = schema ?? {};
    while (found.$ref) {
      const { $ref, ...rest } = found;
      found = { ...this.document.components.schemas[$ref.replace("#/components/schemas/", "")], ...rest };
    }
    return found;
  }

  /** Without the "or null" around it. @param {Schema|undefined} schema @returns {{schema: Schema, nullable: boolean}} */
  unwrap(schema) {
    const found = this.resolve(schema);
    const some = (found.anyOf ?? []).filter((/** @type {Schema} */ one) => one.type !== "null");
    if (!found.anyOf || some.length === found.anyOf.length) return { schema: found, nullable: false };
    const rest = some.length === 1 ? this.resolve(some[0]) : { ...found, anyOf: some };
    return { schema: { ...rest, ...("default" in found ? { default: found.default } : {}) }, nullable: true };
  }

  /** How a value of the schema is edited. @param {Schema} schema @returns {Shape} */
  shape(schema) {
    if (schema.discriminator) return "variant";
    if (choices(schema)) return "choice";
    if (schema.type === "array") return "list";
    if (schema.type === "object") return schema.properties ? "object" : "map";
    if (schema.type === "integer" || schema.type === "number") return "number";
    if (schema.type === "boolean") return "bool";
    return schema.type === "string" ? "text" : "any";
  }

  /** Kinds of a tagged union with their schemas. @param {Schema} schema @returns {Map<string, Schema>} */
  variants(schema) {
    const table = Object.entries(schema.discriminator?.mapping ?? {});
    return new Map(table.map(([kind, ref]) => [kind, this.resolve({ $ref: ref })]));
  }

  /** A value to start from. @param {Schema|undefined} schema @returns {any} */
  start(schema) {
    const { schema: found, nullable } = this.unwrap(schema);
    if ("default" in found) return structuredClone(found.default);
    if (nullable) return null;
    const shape = this.shape(found);
    if (shape === "object") return this.startObject(found);
    if (shape === "variant") return null;
    if (shape === "list") return [];
    if (shape === "map") return {};
    if (shape === "bool") return false;
    if (shape === "number") return null;
    return "";
  }

  /** @param {Schema} schema @returns {Record<string, any>} */
  startObject(schema) {
    /** @type {Record<string, any>} */
    const value = {};
    const tag = this.tagOf(schema);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const required = schema.required?.includes(name);
      if (name === tag) value[name] = /** @type {any} */ (property).enum[0];
      else if (required || "default" in /** @type {any} */ (property)) value[name] = this.start(/** @type {any} */ (property));
    }
    return value;
  }

  /** The field that tells a variant's kind. @param {Schema} schema @returns {string} */
  tagOf(schema) {
    const kind = schema.properties?.kind;
    return kind?.enum?.length === 1 ? "kind" : "";
  }

  /**
   * Rules that the value breaks, by path. The server's word is final; this one is at once and tells all.
   * @param {Schema|undefined} schema
   * @param {any} value
   * @param {string} [path]
   * @returns {{path: string, rule: string, limit?: any}[]}
   */
  check(schema, value, path = "body") {
    const { schema: found, nullable } = this.unwrap(schema);
    if (value === null || value === undefined || value === "") {
      if (nullable || (value === "" && free(found))) return [];
      return [{ path, rule: "required" }];
    }
    const shape = this.shape(found);
    if (shape === "variant") return this.check(this.variants(found).get(value.kind), value, path);
    if (shape === "object") return this.checkObject(found, value, path);
    if (shape === "list") {
      const inner = value.flatMap((/** @type {any} */ item, /** @type {number} */ n) => this.check(found.items, item, `${path}.${n}`));
      if (found.minItems && value.length < found.minItems) inner.push({ path, rule: "minItems", limit: found.minItems });
      if (found.maxItems && value.length > found.maxItems) inner.push({ path, rule: "maxItems", limit: found.maxItems });
      return inner;
    }
    if (shape === "map") {
      return Object.entries(value).flatMap(([key, item]) => this.check(found.additionalProperties || {}, item, `${path}.${key}`));
    }
    return scalar(found, value, path);
  }

  /** @param {Schema} schema @param {any} value @param {string} path */
  checkObject(schema, value, path) {
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const absent = value[name] === undefined;
      if (absent && !schema.required?.includes(name)) return [];
      return this.check(/** @type {any} */ (property), value[name], `${path}.${name}`);
    });
  }
}

/** May a text be empty? @param {Schema} schema */
function free(schema) {
  return schema.type === "string" && !schema.minLength && (!schema.pattern || matches(schema.pattern, "")) && !schema.format && !schema.enum;
}

/** The values to choose from, null when it is free. @param {Schema} schema @returns {string[]|null} */
export function choices(schema) {
  if (schema.enum) return schema.enum;
  const found = CHOICE_PATTERN.exec(schema.pattern ?? "");
  return found ? found[1].split("|") : null;
}

/** @param {Schema} schema @param {any} value @param {string} path @returns {{path: string, rule: string, limit?: any}[]} */
function scalar(schema, value, path) {
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum) return [{ path, rule: "minimum", limit: schema.minimum }];
    if (schema.maximum !== undefined && value > schema.maximum) return [{ path, rule: "maximum", limit: schema.maximum }];
    if (schema.type === "integer" && !Number.isInteger(value)) return [{ path, rule: "integer" }];
    return [];
  }
  if (typeof value !== "string") return [];
  if (schema.maxLength && [...value].length > schema.maxLength) return [{ path, rule: "maxLength", limit: schema.maxLength }];
  if (schema.minLength && [...value].length < schema.minLength) return [{ path, rule: "minLength", limit: schema.minLength }];
  if (schema.pattern && !matches(schema.pattern, value)) return [{ path, rule: "pattern", limit: schema.pattern }];
  return [];
}

/** A pattern that this browser can't read breaks nothing. @param {string} pattern @param {string} text */
function matches(pattern, text) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}
