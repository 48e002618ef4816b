import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, operations, typeText } from "../../../widget/core/schema.js";

test("schemas read in one line", () => {
  assert.equal(typeText({ $ref: "#/components/schemas/Number" }), "Number");
  assert.equal(typeText({ type: "array", items: { type: "string", format: "uuid" } }), "array of string, uuid");
  assert.equal(typeText({ anyOf: [{ enum: ["ru", "en"] }, { type: "null" }] }), '"ru" | "en" | null');
});

test("operations are listed by tag and found by words", () => {
  const operation = (tag, summary) => ({ tags: [tag], summary, parameters: [], responses: { 200: { description: "OK" } } });
  const document = { paths: { "/b": { get: operation("b", "Read b") }, "/a": { post: operation("a", "Make a") } } };
  const found = operations(document);
  assert.deepEqual(found.map((one) => `${one.method} ${one.path}`), ["POST /a", "GET /b"]);
  assert.ok(matches(found[0], "make post"));
  assert.ok(!matches(found[0], "read"));
});
