import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, Session } from "../../../widget/core/session.js";

function memory() {
  const kept = new Map();
  return { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
}

/** A server that gives numbered tokens and remembers what it was asked. */
function server(answers = {}) {
  const asked = [];
  let number = 0;
  const reply = (status, body) => ({ status, ok: status < 400, json: async () => body, blob: async () => body });
  const fetch = async (url, options) => {
    asked.push({ url, ...options });
    if (answers[url]) return reply(...answers[url]);
    number += 1;
    return reply(200, { access_token: `a${number}`, refresh_token: `r${number}`, expires_in: 900, user: { name: "Anna" } });
  };
  return { fetch, asked };
}

test("a request carries the token; a stale one is renewed first", async () => {
  const { fetch, asked } = server();
  let now = 0;
  const session = new Session({ fetch, storage: memory(), now: () => now });
  await session.signIn("anna", "secret");
  await session.request("GET", "/calls");
  assert.equal(asked[1].headers.Authorization, "Bearer a1");
  now = 880_000;
  await session.request("GET", "/calls");
  assert.equal(asked.at(-2).url, "/api/v1/auth/refresh");
  assert.deepEqual(JSON.parse(asked.at(-2).body), { refresh_token: "r1" });
});

test("two tabs do not use one refresh token twice", async () => {
  const { fetch, asked } = server();
  const storage = memory();
  let now = 0;
  let queue = Promise.resolve();
  const lock = (work) => (queue = queue.then(work));
  const tabs = [0, 1].map(() => new Session({ fetch, storage, lock, now: () => now }));
  await tabs[0].signIn("anna", "secret");
  now = 890_000;
  const tokens = await Promise.all(tabs.map((tab) => tab.token()));
  assert.equal(asked.filter((one) => one.url.endsWith("/refresh")).length, 1);
  assert.equal(tokens[0], tokens[1]);
});

test("a refused refresh ends the session and tells", async () => {
  const { fetch } = server({ "/api/v1/auth/refresh": [401, { detail: "no", code: "unauthorized" }] });
  let now = 0;
  let ended = 0;
  const session = new Session({ fetch, storage: memory(), now: () => now });
  session.onEnd = () => (ended += 1);
  await session.signIn("anna", "secret");
  now = 900_000;
  await assert.rejects(session.token(), (error) => error instanceof ApiError && error.status === 401);
  assert.equal(ended, 1);
  assert.equal(session.user, null);
});

test("a problem document becomes an error with its text", async () => {
  const { fetch } = server({ "/api/v1/calls": [422, { detail: "The request breaks a rule", code: "invalid_input" }] });
  const session = new Session({ fetch, storage: memory() });
  await session.signIn("anna", "secret");
  await assert.rejects(session.request("GET", "/calls"), /breaks a rule/);
});
