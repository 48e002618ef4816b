// A text with some of its stretches marked, in runs. Pure.

/**
 * @param {string} text @param {[number, number][]} marks stretches as places of letters
 * @returns {{text: string, marked: boolean}[]}
 */
export function runs(text, marks) {
  const letters = [...text];
  const found = [];
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (to <= at) continue;
    const begin = Math.max(at, from);
    if (begin > at) found.push({ text: letters.slice(at, begin).join(""), marked: false });
    found.push({ text: letters.slice(begin, to).join(""), marked: true });
    at = to;
  }
  if (at < letters.length) found.push({ text: letters.slice(at).join(""), marked: false });
  return found.filter((run) => run.text);
}
