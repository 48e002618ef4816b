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
