// How a campaign goes, put together from what the API and the feed tell. No DOM.

/**
 * A sample as the engine writes it, a row for each node.
 * @typedef {{campaign_id: string, node_id: string, at: string, mode: string, agents: number, ready: number, talking: number, wrapping: number,
 *   lines: number, wanted: number, occupancy: number|null, abandon_rate: number|null, answer_rate: number|null, explanation: Record<string, any>}} Sample
 */

/** Samples older than this tell nothing of now. */
const FRESH_MS = 20_000;
/** Samples of nodes fall into steps of so many seconds. */
const STEP_S = 5;

/** @param {any} value */
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/**
 * Samples of one moment from several nodes as one: lines add up, operators are the same ones for all.
 * @param {Sample[]} samples at least one
 */
export function together(samples) {
  const most = (/** @type {keyof Sample} */ name) => Math.max(...samples.map((one) => Number(one[name] ?? 0)));
  const sum = (/** @type {keyof Sample} */ name) => samples.reduce((all, one) => all + Number(one[name] ?? 0), 0);
  const average = (/** @type {keyof Sample} */ name) => {
    const known = samples.map((one) => number(one[name])).filter((one) => one !== null);
    return known.length ? known.reduce((all, one) => all + one, 0) / known.length : null;
  };
  const last = samples.reduce((a, b) => (a.at > b.at ? a : b));
  return {
    at: last.at,
    mode: last.mode,
    agents: most("agents"),
    ready: most("ready"),
    talking: most("talking"),
    wrapping: most("wrapping"),
    lines: sum("lines"),
    wanted: sum("wanted"),
    occupancy: average("occupancy"),
    abandon_rate: number(last.abandon_rate),
    answer_rate: average("answer_rate"),
    explanation: last.explanation ?? {},
  };
}

export class Board {
  constructor() {
    /** By moment and node. @type {Map<string, Sample>} */
    this.samples = new Map();
  }

  /** @param {Sample[]} samples */
  take(samples) {
    for (const one of samples) this.samples.set(`${one.at}/${one.node_id}`, one);
  }

  /** Forget what is older. @param {number} before ms */
  forget(before) {
    for (const [key, one] of this.samples) if (Date.parse(one.at) < before) this.samples.delete(key);
  }

  /** How it goes now: the latest sample of each node that still tells. @param {number} now ms @returns {ReturnType<typeof together>|null} */
  now(now) {
    /** @type {Map<string, Sample>} */
    const latest = new Map();
    for (const one of this.samples.values()) {
      const known = latest.get(one.node_id);
      if (now - Date.parse(one.at) < FRESH_MS && (!known || known.at < one.at)) latest.set(one.node_id, one);
    }
    return latest.size ? together([...latest.values()]) : null;
  }

  /**
   * Over time, nodes put together; where nothing was told for a while the line breaks.
   * @param {number} since ms @returns {{times: number[], points: (ReturnType<typeof together>|null)[]}} times in seconds
   */
  course(since) {
    /** @type {Map<number, Sample[]>} */
    const steps = new Map();
    for (const one of this.samples.values()) {
      const at = Date.parse(one.at);
      if (at < since) continue;
      const step = Math.floor(at / 1000 / STEP_S) * STEP_S;
      steps.set(step, [...(steps.get(step) ?? []), one]);
    }
    const times = [...steps.keys()].sort((a, b) => a - b);
    /** @type {number[]} */
    const whole = [];
    /** @type {(ReturnType<typeof together>|null)[]} */
    const points = [];
    const gap = Math.max(STEP_S * 6, usual(times) * 3);
    times.forEach((time, n) => {
      if (n && time - times[n - 1] > gap) {
        whole.push(times[n - 1] + 1);
        points.push(null);
      }
      whole.push(time);
      points.push(together(/** @type {Sample[]} */ (steps.get(time))));
    });
    return { times: whole, points };
  }
}

/** The usual distance of points: half are no further apart. @param {number[]} times */
function usual(times) {
  const steps = times.slice(1).map((time, n) => time - times[n]).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? STEP_S;
}
