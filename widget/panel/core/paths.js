// Values at places of a JSON document: ``["steps", "main", 0]``. Nothing is changed in place.

/** @typedef {(string|number)[]} Path */

/** @param {any} value @param {Path} path @returns {any} */
export function at(value, path) {
  return path.reduce((found, key) => found?.[key], value);
}

/** A copy with ``item`` at ``path``; ``undefined`` takes it away. @param {any} value @param {Path} path @param {any} item @returns {any} */
export function put(value, path, item) {
  if (!path.length) return item;
  const [key, ...rest] = path;
  const inner = put(value?.[key], rest, item);
  if (Array.isArray(value)) {
    if (inner === undefined) return value.filter((_, number) => number !== key);
    return value.map((old, number) => (number === key ? inner : old)).concat(Number(key) >= value.length ? [inner] : []);
  }
  const copy = { ...value };
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** The list with an item moved. @template T @param {T[]} list @param {number} from @param {number} to @returns {T[]} */
export function moved(list, from, to) {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}

/** Errors by their path: ``body.members.0`` -> text. @param {{path: string, message: string}[]} errors @returns {Map<string, string>} */
export function byPath(errors) {
  return new Map(errors.map(({ path, message }) => [path, message]));
}
