import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOut, isGreeting, mayEmbed } from "../../../widget/core/bridge.js";
import { Idle } from "../../../widget/core/idle.js";
import { clock, setLanguage, translator } from "../../../widget/core/language.js";
import { looksLikeNumber, readable, tidy } from "../../../widget/core/number.js";
import { counters, grade, mos, reception } from "../../../widget/core/quality.js";
import { peaks } from "../../../widget/core/waveform.js";
import { COMMON } from "../../../widget/i18n/common.js";
import { WIDGET } from "../../../widget/i18n/widget.js";

test("the MOS estimate falls with loss and delay, and a clean call is at the scale's top", () => {
  const clean = mos({ loss: 0, jitter: 0.002, delay: 0.02 });
  assert.ok(clean > 4.3 && clean <= 4.5);
  // G.107: R = 93.2 - 95 * 5 / 30.1 - 0.024 * 64 at 5 % random loss: about 3.9.
  assert.ok(Math.abs(mos({ loss: 0.05, jitter: 0.002, delay: 0.04 }) - 3.87) < 0.1);
  assert.ok(mos({ loss: 0, jitter: 0, delay: 0.4 }) < mos({ loss: 0, jitter: 0, delay: 0.1 }));
  assert.ok(mos({ loss: 1, jitter: 1, delay: 5 }) >= 1);
  assert.deepEqual([4.2, 3.7, 2].map(grade), ["good", "fair", "poor"]);
});

test("counters of a connection become what came since the last look", () => {
  const report = (received, lost) => [
    { type: "inbound-rtp", kind: "audio", packetsReceived: received, packetsLost: lost, jitter: 0.01 },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.05 },
  ];
  const got = reception(counters(report(100, 0)), counters(report(190, 10)));
  assert.deepEqual(got, { loss: 0.1, jitter: 0.01, delay: 0.025 });
  assert.equal(reception(counters(report(100, 0)), counters(report(100, 0))).loss, 1);
});

test("only pages that may embed are answered, and only commands are carried out", async () => {
  assert.ok(mayEmbed("https://crm.example", "https://crm.example", ""));
  assert.ok(mayEmbed("https://erp.example", "https://crm.example", "https://a.example https://erp.example"));
  assert.ok(!mayEmbed("https://erp.example.evil", "https://crm.example", "https://erp.example"));
  assert.ok(!isGreeting({ type: "paylater:connect", version: 2 }) && !isGreeting(null) && !isGreeting("x"));
  const commands = { add: (a, b) => a + b, fail: () => { throw Object.assign(new Error("no"), { code: "no_call" }); } };
  assert.deepEqual(await carryOut({ id: 1, command: "add", args: [1, 2] }, commands), { id: 1, result: 3 });
  assert.equal((await carryOut({ id: 2, command: "fail" }, commands)).error.code, "no_call");
  for (const command of ["constructor", "__proto__", "toString", undefined]) {
    assert.equal((await carryOut({ id: 3, command }, commands)).error.code, "unknown_command");
  }
});

test("numbers are dialled as digits and read in groups", () => {
  assert.equal(tidy("tel:+7 (495) 100-00-01;ext=5"), "+74951000001");
  assert.ok(looksLikeNumber("8 (495) 100-00-01") && looksLikeNumber("*72#") && !looksLikeNumber("Анна") && !looksLikeNumber(""));
  assert.equal(readable("79161234567"), "+7 916 123-45-67");
  assert.equal(readable("101"), "101");
});

test("words come in both languages, with numbers in their form", () => {
  const t = translator(WIDGET, COMMON);
  setLanguage("ru");
  assert.deepEqual([1, 3, 5, 21].map((count) => t("callsToday", { count })), ["1 звонок сегодня", "3 звонка сегодня", "5 звонков сегодня", "21 звонок сегодня"]);
  setLanguage("en-GB");
  assert.deepEqual([1, 2].map((count) => t("callsToday", { count })), ["1 call today", "2 calls today"]);
  assert.equal(t("no such key"), "no such key");
  for (const [key, pair] of Object.entries({ ...COMMON, ...WIDGET })) {
    assert.ok(pair.length === 2 && pair.every((word) => word.trim()), key);
    assert.deepEqual(...pair.map((word) => [...word.matchAll(/\{(\w+)/g)].map((one) => one[1]).filter((name, at, all) => all.indexOf(name) === at).sort()), key);
  }
  setLanguage("ru");
});

test("clocks read as clocks", () => assert.deepEqual([0, 65, 3725, -3].map(clock), ["0:00", "1:05", "1:02:05", "0:00"]));

test("who does nothing for long is away, once; a call counts as work", () => {
  let now = 0;
  let free = true;
  let told = 0;
  const idle = new Idle({ minutes: 1, isFree: () => free, onIdle: () => (told += 1), now: () => now });
  clearInterval(idle.timer);
  const at = (time) => { now = time; idle.look(); };
  at(59_000);
  assert.equal(told, 0);
  free = false;
  at(70_000);
  free = true;
  at(129_000);
  assert.equal(told, 0);
  at(131_000);
  at(200_000);
  assert.equal(told, 1);
  idle.active();
  at(261_000);
  assert.equal(told, 2);
});

test("a recording's picture is loud where the sound is", () => {
  const sound = Float32Array.from({ length: 800 }, (_one, at) => (at < 400 ? 0 : Math.sin(at)));
  const [quiet, loud] = peaks([sound], 2);
  assert.ok(quiet < 0.01 && loud === 1);
  assert.deepEqual(peaks([new Float32Array(0)], 2), [0, 0]);
});
