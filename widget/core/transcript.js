// What was said, prepared for showing: words with times, lines, hits of a search, the word of a moment. No DOM.

/** @typedef {"client"|"operator"} Side */
/** Text, start and end in seconds from the transcript's start, how sure (0..1). @typedef {[string, number, number, number?]} Word */
/** @typedef {{seq: number, side: Side, user_id?: string|null, start_s: number, end_s: number, text: string, words?: Word[],
 *   confidence?: number|null, language?: string|null, sentiment?: number|null, masked?: boolean}} Segment */
/** @typedef {{id?: string, rule_name: string, severity: string, side: Side, at_s: number, text: string, phrase?: string}} Alert
 * `text`: what was said; `phrase`: the rule's words, where they are known */
/** @typedef {{id?: string, source?: string, state?: string, started_at?: string, duration_s?: number|null, language?: string|null,
 *   engine?: string, measures?: Record<string, any>, sentiment?: number|null, masked?: boolean, recording_id?: string|null,
 *   segments: Segment[], alerts?: Alert[]}} Transcript */
/** @typedef {{text: string, start: number, end: number, unsure: boolean, masked: boolean, alert: string}} Token `alert`: its severity */
/** One stretch of speech; `follows`: the same person goes on.
 * @typedef {{seq: number, side: Side, userId: string|null, start: number, end: number, tokens: Token[], mood: Mood, masked: boolean,
 *   alerts: Alert[], follows: boolean}} Line */
/** @typedef {""|"good"|"bad"} Mood */
/** Words `from` to `to` (included) of a line. @typedef {{line: number, from: number, to: number, at: number}} Hit */

/** Below it a word is told as unsure. */
const UNSURE = 0.5;
/** Sentiment beyond it is shown. */
const MOOD = 0.25;
/** A pause after which the speaker is named again, in seconds. */
const PAUSE_S = 4;
/** How far an alert's time may be from its stretch of speech, in seconds. */
const NEAR_S = 1;
const MASK = /^[^\p{L}\p{N}]*[*•●█]{2,}[^\p{L}\p{N}]*$|^\[.*\][.,!?]?$/u;
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
const ENDINGS =
  /(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|иях|ешь|ишь|ете|ите|[аеиоуыя]ть|[аеиуыя]л[аио]|ing|ях|ах|ов|ев|ей|ой|ый|ий|ая|яя|ое|ее|ие|ые|ью|ия|ию|ам|ям|ом|ем|ую|юю|их|ых|ет|ит|ут|ют|ат|ят|ла|ло|ли|ed|es|а|я|о|е|ы|и|у|ю|ь|й|л|s)$/;

/** @param {number|null|undefined} sentiment -1..1 @returns {Mood} */
export function mood(sentiment) {
  if (sentiment === null || sentiment === undefined) return "";
  return sentiment >= MOOD ? "good" : sentiment <= -MOOD ? "bad" : "";
}

/** A word as it is compared. @param {string} word */
export const normal = (word) => word.toLowerCase().replaceAll("ё", "е").replace(EDGES, "");

/** Its beginning without the usual endings: forms of a word are alike. @param {string} word in the form of `normal` */
export function stem(word) {
  if (word.length < 5) return word;
  const short = word.replace(ENDINGS, "");
  return short.length >= 3 ? short : word;
}

/** The words of a stretch with their times; where the recogniser told none, times are spread over the text. @param {Segment} segment @returns {Token[]} */
export function tokens(segment) {
  const shown = segment.text.split(/\s+/).filter(Boolean);
  const words = segment.words ?? [];
  const made = (/** @type {string} */ text, /** @type {number} */ start, /** @type {number} */ end, /** @type {number} */ sure) => ({
    text, start, end, unsure: sure < UNSURE, masked: Boolean(segment.masked) && MASK.test(text), alert: "",
  });
  if (words.length) return words.map(([text, start, end, sure], n) => made(words.length === shown.length ? shown[n] : text, start, end, sure ?? 1));
  const letters = shown.reduce((all, word) => all + word.length + 1, 0);
  const pace = (segment.end_s - segment.start_s) / Math.max(1, letters);
  let at = segment.start_s;
  return shown.map((text) => {
    const start = at;
    at += (text.length + 1) * pace;
    return made(text, start, at, 1);
  });
}

/** A transcript's stretches in the order in which they were said. @param {Transcript|null|undefined} transcript @returns {Line[]} */
export function lines(transcript) {
  const sorted = [...(transcript?.segments ?? [])].sort((a, b) => a.start_s - b.start_s || a.seq - b.seq);
  /** @type {Line[]} */
  const found = [];
  for (const segment of sorted) {
    const before = found.at(-1);
    const userId = segment.user_id ?? null;
    found.push({
      seq: segment.seq,
      side: segment.side,
      userId,
      start: segment.start_s,
      end: segment.end_s,
      tokens: tokens(segment),
      mood: mood(segment.sentiment),
      masked: segment.masked ?? false,
      alerts: [],
      follows: before?.side === segment.side && before.userId === userId && segment.start_s - before.end < PAUSE_S,
    });
  }
  for (const alert of transcript?.alerts ?? []) place(found, alert);
  return found;
}

/** Put an alert at its stretch, and mark its words there. @param {Line[]} all @param {Alert} alert */
function place(all, alert) {
  const distance = (/** @type {Line} */ line) => Math.max(line.start - alert.at_s, alert.at_s - line.end, 0);
  const [line] = all.filter((one) => one.side === alert.side && distance(one) <= NEAR_S).sort((a, b) => distance(a) - distance(b));
  if (!line) return;
  line.alerts.push(alert);
  const wanted = parts(`"${(alert.phrase ?? alert.text).replaceAll('"', "")}"`);
  for (const hit of hitsOf(line, wanted)) {
    if (hit.to - hit.from + 1 === line.tokens.length && !alert.phrase) continue;
    for (let n = hit.from; n <= hit.to; n += 1) line.tokens[n].alert = alert.severity;
  }
}

/** What is looked for: single words, and phrases in quotes. @param {string} query @returns {string[][]} in the form of `normal` */
export function parts(query) {
  const found = [...query.matchAll(/["«“]([^"»”]*)["»”]?|([^\s"«“]+)/g)];
  return found.map((one) => (one[1] ?? one[2]).split(/\s+/).map(normal).filter(Boolean)).filter((words) => words.length);
}

/** @param {string} said @param {string} wanted */
const alike = (said, wanted) => said.startsWith(wanted) || stem(said) === stem(wanted);

/** @param {Line} line @param {string[][]} wanted @returns {{from: number, to: number}[]} */
function hitsOf(line, wanted) {
  const said = line.tokens.map((token) => normal(token.text));
  const found = [];
  for (let from = 0; from < said.length; from += 1) {
    const fits = wanted.filter((words) => words.every((word, n) => said[from + n] && alike(said[from + n], word)));
    const longest = Math.max(0, ...fits.map((words) => words.length));
    if (longest) found.push({ from, to: from + longest - 1 });
  }
  return found;
}

/** Where the query's words are said. @param {Line[]} all @param {string} query @returns {Hit[]} */
export function search(all, query) {
  const wanted = parts(query);
  if (!wanted.length) return [];
  return all.flatMap((line, number) => hitsOf(line, wanted).map((hit) => ({ ...hit, line: number, at: line.tokens[hit.from].start })));
}

/** Lines by their side in order of time, for `wordAt`. @param {Line[]} all @returns {{line: number, word: number, start: number, end: number}[]} */
export function timeTable(all) {
  const table = all.flatMap((line, number) => line.tokens.map((token, word) => ({ line: number, word, start: token.start, end: token.end })));
  return table.sort((a, b) => a.start - b.start);
}

/**
 * The word that is being said, or the last one said within a moment.
 * @param {{line: number, word: number, start: number, end: number}[]} table @param {number} at seconds @param {number} [moment]
 */
export function wordAt(table, at, moment = 0.35) {
  let [low, high] = [0, table.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table[middle].start <= at) low = middle + 1;
    else high = middle;
  }
  const found = table[low - 1];
  return found && at <= found.end + moment ? found : null;
}
