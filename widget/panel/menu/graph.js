// A menu as a graph of steps: where each leads, how a change of one way changes the others. Pure.
import { at, put } from "../core/paths.js";

/** @typedef {import("../core/paths.js").Path} Path */
/** @typedef {{kind: string} & Record<string, any>} Step */
/** @typedef {{entry: string, steps: Record<string, Step>, language?: string|null}} Definition */
/** @typedef {{path: Path, name: string, target: string|null, digit?: string}} Exit `path` within the step; `name`: the field's */
/** @typedef {{slot: Slot, exit: Exit|null, id: string, step: Step|null, again: boolean, children: Node[]}} Node */
/** @typedef {{step: string, path: Path}} Slot the way of a step; an empty step is the menu's entry */

const MAIN = ["next", "on_yes", "otherwise", "on_failure"];
/** Ways of a menu that need not lead anywhere. */
const FREE = ["on_no_match", "on_back", "on_operator"];
export const KINDS = ["menu", "play", "transfer", "collect", "confirm", "ask", "branch", "voicemail", "callback", "set", "language", "http", "goto", "hangup"];
export const ICONS = /** @type {Record<string, string>} */ ({
  menu: "dialpad", play: "speaker", transfer: "transfer", collect: "hash", confirm: "help", ask: "mic", branch: "branch", voicemail: "voicemail", callback: "callback",
  set: "variable", language: "globe", http: "link", goto: "goto", hangup: "hangUp",
});

/** All ways out of a step. @param {Step} step @returns {Exit[]} */
export function exits(step) {
  /** @type {Exit[]} */
  const found = [];
  const field = (/** @type {string} */ name) => found.push({ path: [name], name, target: step[name] ?? null });
  if (step.kind === "menu") {
    for (const digit of Object.keys(step.options ?? {}).sort()) found.push({ path: ["options", digit], name: "options", digit, target: step.options[digit] });
    field("on_timeout");
    field("on_invalid");
    FREE.forEach(field);
  }
  if (step.kind === "confirm") ["on_yes", "on_no"].forEach(field);
  if (step.kind === "branch") {
    (step.conditions ?? []).forEach((/** @type {any} */ one, /** @type {number} */ n) => {
      found.push({ path: ["conditions", n, "next"], name: "conditions", digit: `${one.variable} ${one.op} ${one.value}`, target: one.next });
    });
    field("otherwise");
  }
  if ("next" in step) field("next");
  if (["http", "collect", "confirm", "ask", "transfer"].includes(step.kind)) field("on_failure");
  if (step.kind === "goto" && !step.menu_id) field("step");
  return found;
}

/** The way on which a step put before another one leads to it. @param {Step} step @returns {Path|null} */
export function mainExit(step) {
  if (step.kind === "menu") return null;
  const name = MAIN.find((one) => one in step || exits(step).some((exit) => exit.name === one));
  return name ? [name] : null;
}

/** @param {Definition} menu @param {Slot} slot @returns {string} */
export function targetOf(menu, slot) {
  return (slot.step ? at(menu.steps[slot.step], slot.path) : menu.entry) ?? "";
}

/** @param {Definition} menu @param {Slot} slot @param {string} target @returns {Definition} */
export function lead(menu, slot, target) {
  if (!slot.step) return { ...menu, entry: target };
  const way = String(slot.path[0]);
  const free = FREE.includes(way) || (way === "on_failure" && menu.steps[slot.step].kind === "transfer");
  return put(menu, ["steps", slot.step, ...slot.path], free && !target ? null : target);
}

/** The menu as a tree from its entry; a step met again is a leaf. Steps that nothing leads to follow as roots of their own. @param {Definition} menu @returns {Node[]} */
export function tree(menu) {
  /** @type {Set<string>} */
  const seen = new Set();
  const node = (/** @type {Slot} */ slot, /** @type {Exit|null} */ exit, /** @type {string} */ id) => {
    const step = menu.steps[id] ?? null;
    const again = seen.has(id);
    seen.add(id);
    /** @type {Node} */
    const made = { slot, exit, id, step, again: again && step !== null, children: [] };
    if (step && !again) made.children = exits(step).filter(shown).map((one) => node({ step: id, path: one.path }, one, one.target ?? ""));
    return made;
  };
  const roots = [node({ step: "", path: [] }, null, menu.entry)];
  for (const id of Object.keys(menu.steps)) if (!seen.has(id)) roots.push(node({ step: "?", path: [id] }, null, id));
  return roots;
}

/** A way that need not lead anywhere is shown when it does. @param {Exit} exit */
function shown(exit) {
  return exit.target !== null || (exit.name !== "on_failure" && !FREE.includes(exit.name));
}

/** Every step that can be reached from ``id``, itself too. @param {Definition} menu @param {string} id */
export function reach(menu, id) {
  const seen = new Set();
  const open = [id];
  while (open.length) {
    const next = /** @type {string} */ (open.pop());
    if (!menu.steps[next] || seen.has(next)) continue;
    seen.add(next);
    open.push(...exits(menu.steps[next]).map((exit) => exit.target ?? ""));
  }
  return seen;
}

/** A name for a new step. @param {Definition} menu @param {string} kind */
export function freshId(menu, kind) {
  for (let n = 1; ; n++) if (!menu.steps[`${kind}${n}`]) return `${kind}${n}`;
}

/** Put a new step on a way; where it leads on by itself, to what was there. @param {Definition} menu @param {Slot} slot @param {string} id @param {Step} step @returns {Definition} */
export function insert(menu, slot, id, step) {
  const there = targetOf(menu, slot);
  const way = mainExit(step);
  const made = way && there ? put(step, way, there) : step;
  return lead({ ...menu, steps: { ...menu.steps, [id]: made } }, slot, id);
}

/** Take a step out; ways to it lead on to where it led. @param {Definition} menu @param {string} id @returns {Definition} */
export function remove(menu, id) {
  const step = menu.steps[id];
  const way = mainExit(step);
  const after = way ? at(step, way) ?? "" : "";
  const rest = Object.entries(menu.steps).filter(([other]) => other !== id);
  return redirect({ ...menu, steps: Object.fromEntries(rest) }, id, after === id ? "" : after);
}

/** @param {Definition} menu @param {string} from @param {string} to @returns {Definition} */
function redirect(menu, from, to) {
  let found = menu.entry === from ? { ...menu, entry: to } : menu;
  for (const [id, step] of Object.entries(found.steps)) {
    for (const exit of exits(step)) if (exit.target === from) found = lead(found, { step: id, path: exit.path }, to);
  }
  return found;
}

/** @param {Definition} menu @param {string} from @param {string} to @returns {Definition} */
export function rename(menu, from, to) {
  const steps = Object.fromEntries(Object.entries(menu.steps).map(([id, step]) => [id === from ? to : id, step]));
  return redirect({ ...menu, steps }, from, to);
}

/**
 * Drag what stands on the way ``from`` to the way ``to``: they change places; a step dragged before one that leads to
 * it is put before that one. None where that would tie a step to itself.
 * @param {Definition} menu @param {Slot} from @param {Slot} to @param {string} dragged @returns {Definition|null}
 */
export function drag(menu, from, to, dragged) {
  const there = targetOf(menu, to);
  if (there === dragged || isUnder(menu, from, to.step)) return null;
  if (from.step === "?") return there ? null : lead(menu, to, dragged);
  if (!there || !from.step || !reach(menu, there).has(from.step)) return lead(lead(menu, to, dragged), from, there);
  const way = mainExit(menu.steps[dragged]);
  if (!way || from.step === dragged) return null;
  const after = at(menu.steps[dragged], way) ?? "";
  const before = put(menu, ["steps", dragged, ...way], there);
  return lead(lead(before, from, after), to, dragged);
}

/** Does the step stand in the tree at or under what the way leads to? A way back is a leaf: nothing is under it. @param {Definition} menu @param {Slot} from @param {string} step */
function isUnder(menu, from, step) {
  const same = (/** @type {Slot} */ slot) => slot.step === from.step && JSON.stringify(slot.path) === JSON.stringify(from.path);
  /** @type {(nodes: Node[]) => Node[]} */
  const all = (nodes) => nodes.flatMap((one) => [one, ...all(one.children)]);
  /** @type {(node: Node) => boolean} */
  const holds = (node) => !node.again && (node.id === step || node.children.some(holds));
  const node = all(tree(menu)).find((one) => same(one.slot));
  return node !== undefined && holds(node);
}

/**
 * Phrases follow their digit when it is changed, and go with it.
 * @param {Record<string, any>|undefined} value @param {string} from @param {string} [to] @returns {Record<string, any>}
 */
export function movePhrases(value, from, to) {
  const { [from]: own, ...rest } = value ?? {};
  if (to === undefined) return rest;
  const { [to]: other, ...kept } = rest;
  return { ...kept, ...(own ? { [to]: own } : {}), ...(other ? { [from]: other } : {}) };
}
