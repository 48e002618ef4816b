// What columns of a file are of a lead: choices, what is wrong with them. No DOM.

/** @typedef {"phone"|"email"|"messenger"|"name"|"external_id"|"timezone"|"language"|"data"|"skip"} FieldName */
/** @typedef {{field: FieldName, role?: string, variable?: string}} Target */
/** @typedef {Record<string, Target>} Mapping */
/** @typedef {{rule: "noContact"|"twice"|"variable", column: string, field: string}} Fault */

/** In the order in which people look for them. @type {FieldName[]} */
export const FIELDS = ["phone", "name", "external_id", "email", "messenger", "timezone", "language", "data", "skip"];
/** A lead has one of each. */
const SINGLE = new Set(["name", "external_id", "timezone", "language"]);
const CONTACTS = new Set(["phone", "email", "messenger"]);
const VARIABLE = /^([a-z][a-z0-9_]{0,39})?$/;

/** May the column have a role? @param {Target} target */
export const hasRole = (target) => CONTACTS.has(target.field);

/** The column means something else now: what does not belong to it goes. @param {Target|undefined} target @param {FieldName} field @returns {Target} */
export function turned(target, field) {
  /** @type {Target} */
  const next = { field };
  if (CONTACTS.has(field) && target?.role) next.role = target.role;
  if (field === "data" && target?.variable) next.variable = target.variable;
  return next;
}

/** As the API takes it: no empty parts. @param {Mapping} mapping @param {string[]} columns @returns {Mapping} */
export function sent(mapping, columns) {
  return Object.fromEntries(
    columns.filter((column) => mapping[column]).map((column) => {
      const { field, role, variable } = mapping[column];
      return [column, { field, ...(role ? { role } : {}), ...(variable ? { variable } : {}) }];
    }),
  );
}

/** What keeps the import from beginning. @param {Mapping} mapping @param {string[]} columns @returns {Fault[]} */
export function faults(mapping, columns) {
  /** @type {Fault[]} */
  const found = [];
  const chosen = columns.map((column) => ({ column, target: mapping[column] ?? { field: "data" } }));
  if (!chosen.some(({ target }) => CONTACTS.has(target.field))) found.push({ rule: "noContact", column: "", field: "phone" });
  const seen = new Map();
  for (const { column, target } of chosen) {
    const key = target.field === "data" ? (target.variable ? `data/${target.variable}` : "") : SINGLE.has(target.field) ? target.field : "";
    if (key && seen.has(key)) found.push({ rule: "twice", column, field: target.field });
    if (key) seen.set(key, column);
    if (target.field === "data" && !VARIABLE.test(target.variable ?? "")) found.push({ rule: "variable", column, field: "data" });
  }
  return found;
}

/** How far an import is, 0 to 1; null: not known. @param {{state: string, read: number, total: number|null}} item */
export function far({ state, read, total }) {
  if (state === "done") return 1;
  return total ? Math.min(1, read / total) : null;
}

/** Still to be watched? @param {string} state */
export const going = (state) => state === "queued" || state === "running";
