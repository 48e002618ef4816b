// QR codes (ISO/IEC 18004): bytes at the error correction level L, versions 1 to 15. Pure: text in, dark modules out.

// Error correction codewords a block and number of blocks, level L, by version (table 9 of the standard).
const ECC = [0, 7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22];
const BLOCKS = [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6];
const FORMAT_L = 1;

/** Modules for data and error correction of a version. @param {number} version */
function rawModules(version) {
  let count = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const aligned = Math.floor(version / 7) + 2;
    count -= (25 * aligned - 10) * aligned - 55;
    if (version >= 7) count -= 36;
  }
  return count;
}

/** @param {number} version */
const dataBytes = (version) => Math.floor(rawModules(version) / 8) - ECC[version] * BLOCKS[version];

/** Product in GF(2^8) modulo 0x11D. @param {number} x @param {number} y */
function times(x, y) {
  let z = 0;
  for (let i = 7; i >= 0; i--) {
    z = (z << 1) ^ ((z >>> 7) * 0x11d);
    z ^= ((y >>> i) & 1) * x;
  }
  return z;
}

/** @param {number[]} data @param {number} degree */
function remainder(data, degree) {
  /** @type {number[]} */
  const divisor = Array(degree - 1).fill(0).concat(1);
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) divisor[j] = times(divisor[j], root) ^ (divisor[j + 1] ?? 0);
    root = times(root, 2);
  }
  const result = Array(degree).fill(0);
  for (const byte of data) {
    const factor = byte ^ result.shift();
    result.push(0);
    divisor.forEach((one, i) => (result[i] ^= times(one, factor)));
  }
  return result;
}

/** Length, text and padding as codewords. @param {Uint8Array} bytes @param {number} version */
function codewords(bytes, version) {
  const bits = [...bin(4, 4), ...bin(bytes.length, version < 10 ? 8 : 16), ...[...bytes].flatMap((byte) => bin(byte, 8))];
  const room = dataBytes(version) * 8;
  bits.push(...bin(0, Math.min(4, room - bits.length)));
  bits.push(...bin(0, (8 - (bits.length % 8)) % 8));
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) bits.push(...bin(pad, 8));
  return Array.from({ length: bits.length / 8 }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2));
}

/** @param {number} value @param {number} length @returns {number[]} */
const bin = (value, length) => Array.from({ length }, (_, i) => (value >>> (length - 1 - i)) & 1);

/** Blocks with their error correction, interleaved. @param {number[]} data @param {number} version */
function interleaved(data, version) {
  const [blocks, ecc] = [BLOCKS[version], ECC[version]];
  const total = Math.floor(rawModules(version) / 8);
  const short = blocks - (total % blocks);
  const length = Math.floor(total / blocks) - ecc;
  let at = 0;
  const parts = Array.from({ length: blocks }, (_, i) => {
    const own = data.slice(at, (at += length + (i < short ? 0 : 1)));
    return { own, check: remainder(own, ecc) };
  });
  const found = [];
  for (let i = 0; i <= length; i++) for (const { own } of parts) if (i < own.length) found.push(own[i]);
  for (let i = 0; i < ecc; i++) for (const { check } of parts) found.push(check[i]);
  return found;
}

class Grid {
  /** @param {number} version */
  constructor(version) {
    this.version = version;
    this.size = version * 4 + 17;
    this.dark = Array.from({ length: this.size }, () => Array(this.size).fill(false));
    this.fixed = Array.from({ length: this.size }, () => Array(this.size).fill(false));
  }

  /** @param {number} x @param {number} y @param {boolean} on */
  set(x, y, on) {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
    this.dark[y][x] = on;
    this.fixed[y][x] = true;
  }

  patterns() {
    for (let i = 0; i < this.size; i++) {
      this.set(6, i, i % 2 === 0);
      this.set(i, 6, i % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [this.size - 4, 3], [3, this.size - 4]]) this.finder(x, y);
    const places = this.alignments();
    const last = places.length - 1;
    places.forEach((x, i) => places.forEach((y, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) this.set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }));
    this.versionBits();
  }

  /** @param {number} x @param {number} y */
  finder(x, y) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const distance = Math.max(Math.abs(dx), Math.abs(dy));
        this.set(x + dx, y + dy, distance !== 2 && distance !== 4);
      }
    }
  }

  alignments() {
    if (this.version === 1) return [];
    const count = Math.floor(this.version / 7) + 2;
    const step = Math.floor((this.version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
    const found = [6];
    for (let at = this.size - 7; found.length < count; at -= step) found.splice(1, 0, at);
    return found;
  }

  versionBits() {
    if (this.version < 7) return;
    let rest = this.version;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (this.version << 12) | rest;
    for (let i = 0; i < 18; i++) {
      const on = ((bits >>> i) & 1) === 1;
      const [a, b] = [this.size - 11 + (i % 3), Math.floor(i / 3)];
      this.set(a, b, on);
      this.set(b, a, on);
    }
  }

  /** @param {number} mask */
  format(mask) {
    const data = (FORMAT_L << 3) | mask;
    let rest = data;
    for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
    const bits = ((data << 10) | rest) ^ 0x5412;
    const on = (/** @type {number} */ i) => ((bits >>> i) & 1) === 1;
    for (let i = 0; i <= 5; i++) this.set(8, i, on(i));
    this.set(8, 7, on(6));
    this.set(8, 8, on(7));
    this.set(7, 8, on(8));
    for (let i = 9; i < 15; i++) this.set(14 - i, 8, on(i));
    for (let i = 0; i < 8; i++) this.set(this.size - 1 - i, 8, on(i));
    for (let i = 8; i < 15; i++) this.set(8, this.size - 15 + i, on(i));
    this.set(8, this.size - 8, true);
  }

  /** Bits along the zigzag, under the mask 0 ((x + y) even is turned over). @param {number[]} bytes */
  data(bytes) {
    let i = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.size; step++) {
        for (const x of [right, right - 1]) {
          const y = ((right + 1) & 2) === 0 ? this.size - 1 - step : step;
          if (this.fixed[y][x]) continue;
          const bit = i < bytes.length * 8 ? (bytes[i >>> 3] >>> (7 - (i & 7))) & 1 : 0;
          this.dark[y][x] = Boolean(bit) !== ((x + y) % 2 === 0);
          i++;
        }
      }
    }
  }
}

/**
 * @param {string} text at most 520 bytes of UTF-8
 * @returns {boolean[][]} rows of modules, true is dark; the quiet zone of four modules is the reader's to add
 */
export function qr(text) {
  const bytes = new TextEncoder().encode(text);
  const version = ECC.findIndex((_, one) => one > 0 && dataBytes(one) * 8 >= 4 + (one < 10 ? 8 : 16) + bytes.length * 8);
  if (version < 1) throw new RangeError("too long for a QR code");
  const grid = new Grid(version);
  grid.patterns();
  grid.format(0);
  grid.data(interleaved(codewords(bytes, version), version));
  return grid.dark;
}
