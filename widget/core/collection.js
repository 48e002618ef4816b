// Things by their id, in the order in which they came. No DOM.

/** @template T */
export class Collection {
  /** @param {(item: T) => string} idOf */
  constructor(idOf) {
    this.idOf = idOf;
    /** @type {Map<string, T>} */
    this.items = new Map();
  }

  /** Have these and no others. @param {T[]} items */
  load(items) {
    this.items = new Map(items.map((item) => [this.idOf(item), item]));
  }

  /** Have the item as it is: nothing of what was known of it stays. @param {T} item */
  set(item) {
    this.items.set(this.idOf(item), item);
  }

  /** @param {T} item */
  put(item) {
    const id = this.idOf(item);
    this.items.set(id, { ...this.items.get(id), ...item });
  }

  /** @param {string} id */
  drop(id) {
    return this.items.delete(id);
  }

  /** @param {string} id */
  get(id) {
    return this.items.get(id);
  }

  list() {
    return [...this.items.values()];
  }
}
