// The OpenAPI document in words: no DOM here.

/**
 * @typedef {{method: string, path: string, tag: string, summary: string, right: string,
 *   parameters: {name: string, place: string, required: boolean, type: string}[],
 *   body: string, answers: {status: string, text: string, type: string}[]}} Operation
 */

const METHODS = ["get", "post", "put", "patch", "delete", "options"];

/**
 * A schema in one short line: ``array of Number``, ``"ru" | "en"``.
 * @param {any} schema
 * @returns {string}
 */
export function typeText(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeText).join(" | ");
  if (schema.enum) return schema.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `array of ${typeText(schema.items) || "anything"}`;
  const format = schema.format || (schema.pattern ? `like ${schema.pattern}` : "");
  return [schema.type || "anything", format].filter(Boolean).join(", ");
}

/**
 * All operations, by tag and path.
 * @param {any} document
 * @returns {Operation[]}
 */
export function operations(document) {
  const found = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      found.push(operation(method, path, item[method]));
    }
  }
  return found.sort((a, b) => a.tag.localeCompare(b.tag) || a.path.localeCompare(b.path));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {any} item
 * @returns {Operation}
 */
function operation(method, path, item) {
  const content = Object.entries(item.requestBody?.content ?? {})[0];
  return {
    method: method.toUpperCase(),
    path,
    tag: item.tags[0],
    summary: item.summary,
    right: item.description ?? "No sign-in needed.",
    parameters: item.parameters.map((/** @type {any} */ one) => ({
      name: one.name,
      place: one.in,
      required: one.required,
      type: typeText(one.schema),
    })),
    body: content ? `${content[0]}: ${typeText(/** @type {any} */ (content[1]).schema)}` : "",
    answers: Object.entries(item.responses).map(([status, answer]) => ({
      status,
      text: answer.description,
      type: typeText(/** @type {any} */ (Object.values(answer.content ?? {})[0])?.schema),
    })),
  };
}

/**
 * Does the operation have all words of ``text``?
 * @param {Operation} item
 * @param {string} text
 */
export function matches(item, text) {
  const all = `${item.method} ${item.path} ${item.tag} ${item.summary}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
