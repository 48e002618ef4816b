import assert from "node:assert/strict";
import { test } from "node:test";
import { setLanguage } from "../../../widget/core/language.js";
import { qr } from "../../../widget/core/qr.js";
import { eventText, label, problemText, valueText } from "../../../widget/i18n/panel.js";
import { at, moved, put } from "../../../widget/panel/core/paths.js";
import { period } from "../../../widget/panel/core/days.js";
import { address, placeOf } from "../../../widget/panel/core/router.js";
import { Schemas, choices } from "../../../widget/panel/core/schema.js";
import { drag, exits, insert, movePhrases, reach, remove, rename, tree } from "../../../widget/panel/menu/graph.js";

const schemas = new Schemas({
  components: {
    schemas: {
      ToMenu: { title: "ToMenu", type: "object", properties: { kind: { enum: ["menu"] }, id: { type: "string", format: "uuid" } }, required: ["kind", "id"] },
      Thing: {
        title: "Thing",
        type: "object",
        properties: {
          name: { type: "string", minLength: 1, maxLength: 5 },
          many: { type: "array", items: { type: "integer", minimum: 2 }, minItems: 1 },
          to: { anyOf: [{ $ref: "#/components/schemas/ToMenu" }, { type: "null" }], default: null },
          dest: { anyOf: [{ $ref: "#/components/schemas/ToMenu" }], discriminator: { propertyName: "kind", mapping: { menu: "#/components/schemas/ToMenu" } } },
          note: { type: "string", default: "" },
        },
        required: ["name", "many", "dest"],
      },
    },
  },
});
const thing = { $ref: "#/components/schemas/Thing" };

test("a form begins with defaults and tells every broken rule by its path", () => {
  const start = schemas.start(thing);
  assert.deepEqual(start, { name: "", many: [], to: null, dest: null, note: "" });
  assert.deepEqual(schemas.check(thing, start).map((one) => [one.path, one.rule]), [["body.name", "required"], ["body.many", "minItems"], ["body.dest", "required"]]);
  const wrong = { ...start, name: "longer", many: [1, 2.5], dest: { kind: "menu", id: "" } };
  assert.deepEqual(schemas.check(thing, wrong).map((one) => one.path), ["body.name", "body.many.0", "body.many.1", "body.dest.id"]);
  assert.deepEqual(schemas.check(thing, { name: "ok", many: [2], dest: { kind: "menu", id: "x" }, note: "" }), []);
  assert.deepEqual(choices({ pattern: "^(busy|reject)$" }), ["busy", "reject"]);
  assert.equal(choices({ pattern: "^[a-z]+$" }), null);
});

test("values change at a place and nowhere else", () => {
  const value = { a: [{ b: 1 }, { b: 2 }] };
  assert.deepEqual(put(value, ["a", 1, "b"], 3), { a: [{ b: 1 }, { b: 3 }] });
  assert.deepEqual(put(value, ["a", 0], undefined), { a: [{ b: 2 }] });
  assert.equal(at(value, ["a", 1, "b"]), 2);
  assert.deepEqual(moved([1, 2, 3], 0, 2), [2, 3, 1]);
});

const menu = {
  entry: "m",
  steps: {
    m: { kind: "menu", prompts: [], options: { 1: "a", 2: "b" }, on_timeout: "end", on_invalid: "end" },
    a: { kind: "play", prompts: [], next: "m" },
    b: { kind: "transfer", to: null, on_failure: null },
    end: { kind: "hangup", prompts: [] },
    lost: { kind: "hangup", prompts: [] },
  },
};

test("a menu is drawn as a tree: each step once, ways back as leaves, lost steps beside", () => {
  const [root, lone] = tree(menu);
  assert.deepEqual(root.children.map((one) => [one.exit.digit ?? one.exit.name, one.id, one.again]), [["1", "a", false], ["2", "b", false], ["on_timeout", "end", false], ["on_invalid", "end", true]]);
  assert.equal(root.children[0].children[0].again, true);
  assert.equal(lone.id, "lost");
  assert.deepEqual([...reach(menu, "a")].sort(), ["a", "b", "end", "m"]);
  assert.deepEqual(exits(menu.steps.b), [{ path: ["on_failure"], name: "on_failure", target: null }]);
});

test("steps are put in, taken out, renamed and dragged without a way left behind", () => {
  const slot = { step: "m", path: ["options", "2"] };
  const more = insert(menu, slot, "hello", { kind: "play", prompts: [], next: "" });
  assert.equal(more.steps.m.options[2], "hello");
  assert.equal(more.steps.hello.next, "b");
  assert.deepEqual(remove(more, "hello"), menu);
  assert.equal(rename(menu, "a", "z").steps.m.options[1], "z");
  const swapped = drag(menu, { step: "m", path: ["options", "1"] }, slot, "a");
  assert.deepEqual(swapped.steps.m.options, { 1: "b", 2: "a" });
  const chain = { entry: "x", steps: { x: { kind: "play", next: "y" }, y: { kind: "play", next: "z" }, z: { kind: "hangup" } } };
  const first = drag(chain, { step: "x", path: ["next"] }, { step: "", path: [] }, "y");
  assert.deepEqual([first.entry, first.steps.y.next, first.steps.x.next], ["y", "x", "z"]);
  assert.equal(drag(chain, { step: "", path: [] }, { step: "x", path: ["next"] }, "x"), null);
});

test("ways that need not lead anywhere are drawn when they do, and go with the step they lead to", () => {
  const heard = { ...menu, steps: { ...menu.steps, m: { ...menu.steps.m, on_operator: "b", on_back: null } } };
  assert.deepEqual(tree(heard)[0].children.map((one) => one.exit.name), ["options", "options", "on_timeout", "on_invalid", "on_operator"]);
  assert.equal(remove(heard, "b").steps.m.on_operator, null);
  const asked = { entry: "c", steps: { c: { kind: "confirm", on_yes: "y", on_no: "n", on_failure: "n" }, y: { kind: "hangup" }, n: { kind: "hangup" } } };
  assert.deepEqual(exits(asked.steps.c).map((one) => one.target), ["y", "n", "n"]);
  assert.equal(insert(asked, { step: "c", path: ["on_yes"] }, "a", { kind: "ask", next: "", on_failure: "" }).steps.a.next, "y");
});

test("phrases of a menu follow their digit", () => {
  const one = { ru: ["продажи"], en: [] };
  const two = { ru: ["поддержка"], en: [] };
  assert.deepEqual(movePhrases({ 1: one, 2: two }, "1", "2"), { 1: two, 2: one });
  assert.deepEqual(movePhrases({ 1: one }, "1", "5"), { 5: one });
  assert.deepEqual(movePhrases({ 1: one, 2: two }, "1"), { 2: two });
  assert.deepEqual(movePhrases(undefined, "1", "2"), {});
});

test("addresses carry the page, the thing and the filters", () => {
  assert.equal(address("calls", "", { q: "7916", from: "" }), "/panel/calls?q=7916");
  const place = placeOf(new URL("http://x/panel/menus/a%20b?q=1"));
  assert.deepEqual(place, { page: "menus", id: "a b", query: { q: "1" } });
});

test("periods are whole days of the reader", () => {
  const now = new Date(2026, 0, 15, 12);
  const { from, to } = period({ period: "week" }, now);
  assert.deepEqual([from, to], [new Date(2026, 0, 9), new Date(2026, 0, 16)]);
  assert.deepEqual(period({ period: "custom", from: "2026-01-02", to: "2026-01-02" }, now), { from: new Date(2026, 0, 2), to: new Date(2026, 0, 3) });
});

test("words follow the language; what the server says has a Russian form", () => {
  setLanguage("ru");
  assert.equal(problemText("there is no step end"), "Нет шага «end»: выберите, куда идти дальше");
  assert.equal(valueText("when", "busy"), "Если занято");
  assert.equal(eventText({ kind: "choice", data: { digit: "1" } }), "Выбор: 1");
  assert.equal(eventText({ kind: "no_match", data: { said: "погода", confidence: 0.1 } }), "Не понято: погода, уверенность: 0.1");
  assert.equal(problemText("sounds too much like a phrase of 2"), "Слишком похоже на фразу «2»");
  setLanguage("en");
  assert.equal(problemText("there is no step end"), "there is no step end");
  assert.equal(label("ToMenu", "id"), "Menu");
  setLanguage("ru");
});

test("a QR code has the size of its version and the three finders", () => {
  const rows = qr("otpauth://totp/PayLater%20CRM:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=PayLater%20CRM");
  assert.equal(rows.length, 37);
  const finder = (x, y) => [0, 1, 2, 3, 4, 5, 6].map((i) => Number(rows[y + 3][x + i])).join("");
  assert.deepEqual([finder(0, 0), finder(30, 0), finder(0, 30)], ["1011101", "1011101", "1011101"]);
  assert.throws(() => qr("x".repeat(600)), RangeError);
});
