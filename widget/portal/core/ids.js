// Ids made here, so that sending twice makes one thing. No DOM.

/**
 * A UUID of version 7 (RFC 9562, section 5.7): ordered by its time.
 * @param {number} now milliseconds since 1970 @param {Uint8Array} random 10 bytes
 */
export function uuid7(now, random) {
  const bytes = new Uint8Array(16);
  for (let place = 0, rest = now; place < 6; place += 1, rest = Math.floor(rest / 256)) bytes[5 - place] = rest % 256;
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function newId() {
  return uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
