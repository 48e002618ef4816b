// How good a conversation sounds, from what the browser counts. No DOM.

/** What one direction showed over some seconds: `loss` a share 0..1, `jitter` and `delay` (one way) in seconds.
 * @typedef {{loss: number, jitter: number, delay: number}} Reception */

/**
 * Mean opinion score (1..4.5) of a conversation by the E-model in its short form for a packet network:
 * R = 93.2 - Id - Ie,eff (ITU-T G.107, default values), Id = 0.024 d + 0.11 (d - 177.3) H(d - 177.3) with d in ms
 * (Cole and Rosenbluth 2001, "Voice over IP performance monitoring"), Ie,eff = Ie + (95 - Ie) Ppl / (Ppl + Bpl)
 * (G.107, 7.5, random loss) with Ie = 0 and Bpl = 25.1 for G.711 with concealment (G.113, appendix I), and
 * MOS = 1 + 0.035 R + R (R - 60) (100 - R) 7e-6 (G.107, annex B). A jitter buffer of twice the jitter adds to d.
 * @param {Reception} reception
 */
export function mos({ loss, jitter, delay }) {
  const d = 1000 * (delay + 2 * jitter) + 20;
  const slow = 0.024 * d + (d > 177.3 ? 0.11 * (d - 177.3) : 0);
  const percent = 100 * Math.min(1, Math.max(0, loss));
  const lossy = (95 * percent) / (percent + 25.1);
  const r = Math.min(93.2, Math.max(0, 93.2 - slow - lossy));
  return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}

/** In words: limits of G.107's table of user satisfaction. @param {number} value @returns {"good"|"fair"|"poor"} */
export function grade(value) {
  return value >= 4.0 ? "good" : value >= 3.6 ? "fair" : "poor";
}

/** Counters of a connection at one moment.
 * @typedef {{received: number, lost: number, jitter: number, roundTrip: number, level: number, sent: number}} Counters */

/**
 * Read the reports of RTCPeerConnection.getStats.
 * @param {Iterable<any>} reports
 * @returns {Counters}
 */
export function counters(reports) {
  /** @type {Counters} */
  const found = { received: 0, lost: 0, jitter: 0, roundTrip: 0, level: 0, sent: 0 };
  for (const one of reports) {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      found.received = one.packetsReceived ?? 0;
      found.lost = one.packetsLost ?? 0;
      found.jitter = one.jitter ?? 0;
      found.level = one.audioLevel ?? 0;
    } else if (one.type === "outbound-rtp" && one.kind === "audio") found.sent = one.packetsSent ?? 0;
    else if (one.type === "candidate-pair" && one.nominated) found.roundTrip = one.currentRoundTripTime ?? found.roundTrip;
    else if (one.type === "remote-inbound-rtp" && one.roundTripTime) found.roundTrip = one.roundTripTime;
  }
  return found;
}

/** What came between two readings. @param {Counters} before @param {Counters} now @returns {Reception} */
export function reception(before, now) {
  const lost = Math.max(0, now.lost - before.lost);
  const received = Math.max(0, now.received - before.received);
  return { loss: lost + received ? lost / (lost + received) : 1, jitter: now.jitter, delay: now.roundTrip / 2 };
}
