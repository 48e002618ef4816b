// What a recording looks like. No DOM.

/**
 * Loudness of `count` equal parts of a sound, 0..1, the loudest part being 1.
 * @param {Float32Array[]} channels @param {number} count
 * @returns {number[]}
 */
export function peaks(channels, count) {
  const length = channels[0]?.length ?? 0;
  const found = [];
  for (let part = 0; part < count; part += 1) {
    const begin = Math.floor((part * length) / count);
    const end = Math.max(begin + 1, Math.floor(((part + 1) * length) / count));
    let sum = 0;
    for (const samples of channels) {
      for (let at = begin; at < end && at < length; at += 1) sum += samples[at] * samples[at];
    }
    found.push(Math.sqrt(sum / ((end - begin) * Math.max(1, channels.length))));
  }
  const top = Math.max(...found, 1e-6);
  return found.map((value) => value / top);
}

/** As many parts as there is room for, each as loud as its loudest. @param {number[]} values @param {number} count @returns {number[]} */
export function fitted(values, count) {
  if (!values.length || count < 1) return [];
  return Array.from({ length: count }, (_one, part) => {
    const begin = Math.floor((part * values.length) / count);
    const end = Math.max(begin + 1, Math.floor(((part + 1) * values.length) / count));
    return Math.max(...values.slice(begin, end));
  });
}

/**
 * Bars on one side of a line as the path of an SVG: `x` counts bars, `base` is the line, bars go `up` or down.
 * @param {number[]} values 0..1 @param {{base: number, height: number, up: boolean}} place
 */
export function outline(values, { base, height, up }) {
  const tall = (/** @type {number} */ value) => Math.max(0.8, Math.min(1, value) * height);
  return values.map((value, n) => `M${n + 0.5} ${base}V${(up ? base - tall(value) : base + tall(value)).toFixed(1)}`).join("");
}
