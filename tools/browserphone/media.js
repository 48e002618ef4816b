// Runs in every page of a test's browser before the page's own code. The product is not touched.
//  - Loopback: each description tells of 127.0.0.1 and the port that the browser listens on, so that media flow on a
//    machine without any network.
//  - Hearing: what all connections receive is mixed and kept as 8 kHz samples; `window.test.heard()` hands it over.
(() => {
  const RATE = 8000;
  const KEPT = 60 * RATE;
  const peers = new Set();
  /** @type {number[]} */
  let samples = [];
  /** @type {AudioContext | null} */
  let context = null;
  /** @type {ScriptProcessorNode | null} */
  let ear = null;

  function listen(track) {
    const stream = new MediaStream([track]);
    const player = new Audio(); // a remote stream flows only into something that plays it
    player.muted = true;
    player.srcObject = stream;
    void player.play();
    if (!context || !ear) {
      context = new AudioContext({ sampleRate: RATE });
      ear = context.createScriptProcessor(1024, 1, 1);
      ear.onaudioprocess = ({ inputBuffer }) => {
        for (const value of inputBuffer.getChannelData(0)) samples.push(value);
        if (samples.length > KEPT) samples = samples.slice(-KEPT);
      };
      ear.connect(context.destination);
    }
    context.createMediaStreamSource(stream).connect(ear);
  }

  async function localPorts(peer) {
    const ports = new Set();
    for (const stat of (await peer.getStats()).values()) {
      const open = stat.type === "local-candidate" && stat.protocol === "udp" && stat.candidateType === "host";
      if (open && stat.port > 9) ports.add(stat.port);
    }
    return [...ports];
  }

  function gathered(peer) {
    if (peer.iceGatheringState === "complete") return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => peer.iceGatheringState === "complete" && resolve(undefined);
      peer.addEventListener("icegatheringstatechange", look);
      setTimeout(resolve, 3000);
    });
  }

  const Native = window.RTCPeerConnection;
  class TestPeer extends Native {
    #ports = [];
    constructor(...args) {
      super(...args);
      peers.add(this);
      this.addEventListener("track", ({ track }) => track.kind === "audio" && listen(track));
    }
    async setLocalDescription(...args) {
      await super.setLocalDescription(...args);
      await gathered(this);
      this.#ports = await localPorts(this);
    }
    get localDescription() {
      const told = super.localDescription;
      if (!told || !this.#ports.length) return told;
      const lines = this.#ports.map((port, i) => `a=candidate:9${i} 1 udp 2122260223 127.0.0.1 ${port} typ host\r\n`);
      const sdp = told.sdp
        .replace(/^a=ice-ufrag/m, `${lines.join("")}a=ice-ufrag`)
        .replace(/^m=audio \d+/m, `m=audio ${this.#ports[0]}`)
        .replace(/^c=IN IP4 0\.0\.0\.0/gm, "c=IN IP4 127.0.0.1"); // 0.0.0.0 would mean: on hold
      return new RTCSessionDescription({ type: told.type, sdp });
    }
    close() {
      peers.delete(this);
      super.close();
    }
  }
  window.RTCPeerConnection = TestPeer;

  function base64(values) {
    const pcm = Int16Array.from(values, (value) => Math.max(-1, Math.min(1, value)) * 32767);
    let text = "";
    for (const byte of new Uint8Array(pcm.buffer)) text += String.fromCharCode(byte);
    return btoa(text);
  }

  window.test = {
    peers,
    /** Samples since the last call, as base64 of 16-bit little-endian PCM at 8 kHz. */
    heard() {
      const taken = samples;
      samples = [];
      return base64(taken);
    },
    /** Totals of what came in and went out, the codec, the state of each connection. */
    async stats() {
      const all = [];
      for (const peer of peers) {
        const found = { state: peer.connectionState, ice: peer.iceConnectionState, received: 0, sent: 0, lost: 0, energy: 0 };
        for (const stat of (await peer.getStats()).values()) {
          if (stat.type === "inbound-rtp") {
            found.received += stat.packetsReceived;
            found.lost += stat.packetsLost;
            found.energy += stat.totalAudioEnergy ?? 0;
          }
          if (stat.type === "outbound-rtp") found.sent += stat.packetsSent;
          if (stat.type === "codec") found.codec = stat.mimeType;
        }
        all.push(found);
      }
      return all;
    },
  };
})();
