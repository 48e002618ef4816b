// Sending a form: what to send, and what the server's refusal means for it.
import { ApiError } from "../../core/session.js";
import { problemText, ruleText } from "../../i18n/panel.js";

/** @typedef {{path: string, message: string}} FieldProblem */
/**
 * @typedef {{text: string, fields: FieldProblem[], conflict: boolean, usedBy: {resource: string, id: string, name: string}[], gone: boolean}} Refusal
 */

/** What is new in ``value``. @param {any} before @param {any} value @param {import("./schema.js").Schema} schema */
export function changes(before, value, schema) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => name !== "version");
  const changed = names.filter((name) => value[name] !== undefined && JSON.stringify(value[name]) !== JSON.stringify(before?.[name]));
  return Object.fromEntries(changed.map((name) => [name, value[name]]));
}

/** Only what the schema takes. @param {any} value @param {import("./schema.js").Schema} schema */
export function taken(value, schema) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => value[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, value[name]]));
}

/** @param {{path: string, rule: string, limit?: any}[]} broken @returns {FieldProblem[]} */
export function told(broken) {
  return broken.map((one) => ({ path: one.path, message: ruleText(one) }));
}

/** @param {unknown} error @returns {Refusal} */
export function refusal(error) {
  const problem = error instanceof ApiError ? error.problem : /** @type {any} */ (error)?.problem ?? {};
  const status = /** @type {any} */ (error)?.status ?? 0;
  const text = problemText(error instanceof Error ? error.message : String(error));
  const fields = (problem.errors ?? []).map((/** @type {FieldProblem} */ one) => ({ path: missing(one), message: problemText(one.message) }));
  return {
    text: fields.length === 1 && !fields[0].path.startsWith("body.") ? `${text}: ${fields[0].message}` : text,
    fields,
    conflict: status === 409 && typeof problem.version === "number",
    usedBy: problem.used_by ?? [],
    gone: status === 404,
  };
}

/** A missing field is named in the words, not in the path. @param {FieldProblem} one */
function missing({ path, message }) {
  const found = /^Object missing required field `(\w+)`/.exec(message);
  return found ? `${path}.${found[1]}` : path;
}

/** A short text for any failure. @param {unknown} error */
export function failure(error) {
  return refusal(error).text;
}
