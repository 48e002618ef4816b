import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveCalls, retryAfter } from "../../../widget/core/feed.js";

const change = (cursor, kind, key, data = {}) => ({ type: "change", topic: "calls", cursor, kind, key, data });

test("calls come, change and go, and the cursor follows", () => {
  const feed = new LiveCalls();
  assert.equal(feed.take({ type: "ready", cursor: 5 }), "nothing");
  assert.equal(feed.take(change(6, "started", "a", { started_at: "2", state: "started", queue_id: "q" })), "changed");
  assert.equal(feed.take(change(7, "started", "b", { started_at: "1" })), "changed");
  feed.take(change(8, "updated", "a", { started_at: "2", state: "talking" }));
  assert.deepEqual(feed.list(), [{ id: "b", started_at: "1" }, { id: "a", started_at: "2", state: "talking" }]);
  assert.equal(feed.take(change(9, "ended", "a")), "ended");
  assert.deepEqual(feed.list().map((call) => call.id), ["b"]);
  assert.equal(feed.cursor, 9);
});

test("a reset asks to read everything anew", () => {
  const feed = new LiveCalls();
  assert.equal(feed.take({ type: "reset", cursor: 40 }), "reload");
  assert.equal(feed.cursor, 40);
});

test("other topics change nothing but the cursor", () => {
  const feed = new LiveCalls();
  assert.equal(feed.take({ ...change(3, "updated", "menus/1"), topic: "config" }), "nothing");
  assert.equal(feed.cursor, 3);
});

test("coming back waits longer and longer, and not at all where signing in is needed", () => {
  assert.equal(retryAfter(4401, 0), null);
  assert.ok(retryAfter(1006, 0) < retryAfter(1006, 3));
  assert.equal(retryAfter(1006, 50), 15_000);
});
