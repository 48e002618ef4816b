// The portal's memory: drafts, what was read, ids; and whether its words are there in both languages.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";
import { openedByWords } from "../../../widget/core/said.js";
import { Drafts } from "../../../widget/portal/core/drafts.js";
import { uuid7 } from "../../../widget/portal/core/ids.js";
import { Seen } from "../../../widget/portal/core/seen.js";

class Storage {
  values = new Map();
  getItem(key) {
    return this.values.get(key) ?? null;
  }
  setItem(key, value) {
    this.values.set(key, String(value));
  }
  removeItem(key) {
    this.values.delete(key);
  }
}

const DAY = 86_400_000;

test("ids go by their time and bear their version", () => {
  const low = new Uint8Array(10);
  const high = new Uint8Array(10).fill(255);
  assert.equal(uuid7(0x0123456789ab, low), "01234567-89ab-7000-8000-000000000000");
  assert.equal(uuid7(0x0123456789ab, high), "01234567-89ab-7fff-bfff-ffffffffffff");
  assert.ok(uuid7(1000, high) < uuid7(1001, low));
});

test("a draft is kept with its id until it is sent, emptied or old", () => {
  let [now, made] = [0, 0];
  const storage = new Storage();
  const drafts = new Drafts(storage, () => `id${(made += 1)}`, () => now);
  const draft = drafts.get("new");
  drafts.keep("new", { ...draft, fields: { subject: "Касса" } });
  const again = new Drafts(storage, () => "other", () => now).get("new");
  assert.deepEqual([again.id, again.fields.subject], ["id1", "Касса"]);
  drafts.keep("answer", { ...drafts.get("answer"), fields: { body: "да" } });
  drafts.drop("new");
  assert.notEqual(drafts.get("new").id, "id1");
  assert.equal(drafts.get("answer").fields.body, "да");
  drafts.keep("answer", { ...drafts.get("answer"), fields: { body: "" } });
  assert.equal(storage.values.size, 0);
  drafts.keep("new", { ...drafts.get("new"), files: [{ id: "f", name: "a.png", size_bytes: 1 }] });
  now = 31 * DAY;
  assert.deepEqual(drafts.get("new").files, []);
});

test("a broken draft is no draft", () => {
  const storage = new Storage();
  storage.setItem("paylater.portal.drafts", "{");
  assert.deepEqual(new Drafts(storage, () => "id").get("new").fields, {});
});

test("words of support are new until they are looked at, and none from before the first visit", () => {
  const first = Date.parse("2026-07-01T10:00:00Z");
  const seen = new Seen(new Storage(), () => first);
  const one = { id: "a", staff_said_at: "2026-07-01T09:00:00Z", client_said_at: "2026-07-01T08:00:00Z" };
  assert.equal(seen.fresh(one), false);
  const later = { ...one, staff_said_at: "2026-07-01T11:00:00Z" };
  assert.equal(seen.fresh(later), true);
  seen.look(later);
  assert.equal(seen.fresh(later), false);
  assert.equal(seen.fresh({ ...later, staff_said_at: "2026-07-01T12:00:00Z" }), true);
  assert.equal(seen.fresh({ ...later, staff_said_at: "2026-07-01T12:00:00Z", client_said_at: "2026-07-01T13:00:00Z" }), false);
});

test("what a request was opened with is not told twice where its words came along from another", () => {
  const opened = { description: "Нет света", created_at: "2026-07-01T10:00:00Z", files: [] };
  const word = (body, at) => ({ body, at: `2026-07-01T${at}:00Z` });
  assert.equal(openedByWords(opened, [word("Нет света", "09:00")]), true);
  assert.equal(openedByWords(opened, [word("Нет света", "11:00")]), false);
  assert.equal(openedByWords(opened, [word("Нет воды", "09:00")]), false);
  assert.equal(openedByWords({ ...opened, description: "" }, [word("Нет воды", "09:00")]), true);
  assert.equal(openedByWords({ ...opened, files: [{ message_id: null }] }, [word("Нет света", "09:00")]), false);
});

const WIDGET = new URL("../../../widget/", import.meta.url);

async function scripts(folder) {
  const names = await readdir(new URL(`portal/${folder}`, WIDGET), { recursive: true });
  return Promise.all(names.filter((name) => name.endsWith(".js")).map((name) => readFile(new URL(`portal/${folder}${name}`, WIDGET), "utf8")));
}

test("every word that the portal asks for is there, in both languages, and every one is asked for", async () => {
  const files = ["frame", "entry", "requests", "figures", "account"];
  const tables = await Promise.all(files.map((name) => import(`../../../widget/i18n/portal/${name}.js`)));
  const own = Object.assign({}, ...tables.flatMap((table) => Object.values(table)));
  const { COMMON } = await import("../../../widget/i18n/common.js");
  const shared = await readFile(new URL("elements/sign-in.js", WIDGET), "utf8");
  const text = [...(await scripts("")), shared].join("\n");
  const asked = [...text.matchAll(/\b(?:t|words)\("([^"]+)"/g)].map((found) => found[1]);
  assert.ok(asked.length > 100);
  assert.deepEqual(asked.filter((key) => !(key in own) && !(key in COMMON)), []);
  assert.deepEqual(Object.entries(own).filter(([, pair]) => pair.length !== 2 || pair.some((word) => !word)), []);
  const stems = [...text.matchAll(/\bt\(`([\w.]+\.)\$\{/g)].map((found) => found[1]);
  const quoted = (key) => text.includes(`"${key}"`) || stems.some((stem) => key.startsWith(stem));
  assert.deepEqual(Object.keys(own).filter((key) => !quoted(key)), []);
});
