// Microphone, speaker and ringer: what there is, what was chosen, how loud it is.

const KEY = "paylater.devices";

/** Device ids, "" the system's own; `autoAnswer`: calls of campaigns are taken without a click.
 * @typedef {{input: string, output: string, ringer: string, volume: number, ringVolume: number, autoAnswer: boolean}} Choice */

export class Devices {
  /** @param {Pick<Storage, "getItem"|"setItem">} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, HTMLAudioElement>} */
    this.playing = new Map();
    /** @type {MediaStream|null} */
    this.stream = null;
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {Choice} */
    this.choice = { input: "", output: "", ringer: "", volume: 1, ringVolume: 0.7, autoAnswer: true, ...JSON.parse(storage.getItem(KEY) ?? "{}") };
  }

  /** Names appear once the microphone has been allowed. @returns {Promise<{inputs: MediaDeviceInfo[], outputs: MediaDeviceInfo[]}>} */
  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return {
      inputs: all.filter((one) => one.kind === "audioinput"),
      outputs: all.filter((one) => one.kind === "audiooutput"),
    };
  }

  /** The chosen microphone; the system's own when that one is gone. @returns {Promise<MediaStream>} */
  async microphone() {
    if (!navigator.mediaDevices) throw new Error("microphone needs https");
    if (this.stream?.getAudioTracks()[0]?.readyState === "live") return this.stream;
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const { input } = this.choice;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { ...wanted, deviceId: input ? { exact: input } : undefined } });
    } catch (error) {
      if (!input || /** @type {Error} */ (error).name !== "OverconstrainedError") throw error;
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    }
    return this.stream;
  }

  /** Let the microphone go: its sign in the browser disappears. */
  release() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  /** Make the sound of a conversation heard; null ends it. @param {string} id @param {MediaStream|null} stream */
  play(id, stream) {
    if (!stream) {
      const old = this.playing.get(id);
      if (old) old.srcObject = null;
      this.playing.delete(id);
      return;
    }
    const audio = new Audio();
    audio.srcObject = stream;
    audio.volume = this.choice.volume;
    this.playing.set(id, audio);
    void this.#route(audio, this.choice.output);
    audio.play().catch(() => {});
  }

  /** @param {HTMLMediaElement|AudioContext} sink @param {string} id */
  async #route(sink, id) {
    if ("setSinkId" in sink) await /** @type {any} */ (sink).setSinkId(id).catch(() => {});
  }

  /** @param {Partial<Choice>} changes */
  choose(changes) {
    this.choice = { ...this.choice, ...changes };
    this.storage.setItem(KEY, JSON.stringify(this.choice));
    if (changes.input !== undefined) this.release();
    for (const audio of this.playing.values()) {
      audio.volume = this.choice.volume;
      if (changes.output !== undefined) void this.#route(audio, this.choice.output);
    }
  }

  /** Whether a microphone is there without asking the reader for it. @returns {Promise<boolean>} */
  async allowed() {
    if (this.stream?.getAudioTracks()[0]?.readyState === "live") return true;
    const name = /** @type {PermissionName} */ ("microphone");
    const found = await navigator.permissions?.query({ name }).catch(() => null);
    return found?.state === "granted";
  }

  /** A short beep: somebody is on the line now. */
  beep() {
    const context = (this.context ??= new AudioContext());
    void context.resume().catch(() => {});
    void this.#route(context, this.choice.output);
    note(context, 1000, context.currentTime + 0.01, this.choice.volume * 0.3);
  }

  /** Ring until the function that it gives is called. @returns {() => void} */
  ring() {
    const context = (this.context ??= new AudioContext());
    void context.resume().catch(() => {});
    void this.#route(context, this.choice.ringer);
    let over = false;
    const chime = () => {
      if (over) return;
      const at = context.currentTime;
      for (const [index, hz] of [660, 880, 660, 880].entries()) note(context, hz, at + index * 0.18, this.choice.ringVolume * 0.25);
    };
    chime();
    const timer = setInterval(chime, 2500);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }

  /**
   * Tell how loud a stream is, 0..1, about twenty times a second.
   * @param {MediaStream} stream @param {(level: number) => void} onLevel
   * @returns {() => void} ends it
   */
  meter(stream, onLevel) {
    const context = (this.context ??= new AudioContext());
    void context.resume().catch(() => {});
    const source = context.createMediaStreamSource(stream);
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      onLevel(loudness(samples));
    }, 50);
    return () => {
      clearInterval(timer);
      source.disconnect();
    };
  }
}

/** Root mean square on a scale of 50 dB below full to full. @param {Float32Array} samples @returns {number} 0..1 */
export function loudness(samples) {
  let sum = 0;
  for (const value of samples) sum += value * value;
  const db = 10 * Math.log10(sum / samples.length + 1e-9);
  return Math.min(1, Math.max(0, (db + 50) / 50));
}

/** @param {AudioContext} context @param {number} hz @param {number} at @param {number} volume */
function note(context, hz, at, volume) {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.17);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.18);
}
