// A recording that is fetched when it is first played. Tells `change` when it plays, pauses, moves or fails.
import { peaks } from "../core/waveform.js";

const BARS = 600;
const RATE = 8000;

export class Sound extends EventTarget {
  /** @param {() => Promise<Blob>} load */
  constructor(load) {
    super();
    this.load = load;
    this.audio = new Audio();
    this.problem = "";
    this.busy = false;
    /** Loudness by channel, once the sound is here. @type {number[][]|null} */
    this.channels = null;
    /** Where to begin once it is here, in seconds. */
    this.from = 0;
    this.closed = false;
    /** @type {Promise<boolean>|null} */
    this.opening = null;
    for (const name of ["play", "pause", "ended", "seeked", "loadedmetadata"]) this.audio.addEventListener(name, () => this.#tell());
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  get on() {
    return !this.audio.paused;
  }

  /** Seconds from the start. */
  get at() {
    return this.audio.readyState ? this.audio.currentTime : this.from;
  }

  /** Seconds, 0 while it is not known. */
  get duration() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : 0;
  }

  /** Have the sound here. @returns {Promise<boolean>} */
  open() {
    this.opening ??= this.#open();
    return this.opening;
  }

  async #open() {
    this.busy = true;
    this.#tell();
    try {
      const blob = await this.load();
      if (this.closed) return false;
      const ready = new Promise((done) => this.audio.addEventListener("loadedmetadata", done, { once: true }));
      const failed = new Promise((_done, fail) => this.audio.addEventListener("error", () => fail(this.audio.error ?? new Error("?")), { once: true }));
      this.audio.src = URL.createObjectURL(blob);
      await Promise.race([ready, failed]);
      this.audio.currentTime = Math.min(this.from, this.duration);
      this.problem = "";
      void this.#measure(blob);
      return true;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.opening = null;
      return false;
    } finally {
      this.busy = false;
      this.#tell();
    }
  }

  /** @param {Blob} blob */
  async #measure(blob) {
    const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await blob.arrayBuffer());
    this.channels = Array.from({ length: sound.numberOfChannels }, (_one, n) => peaks([sound.getChannelData(n)], BARS));
    this.#tell();
  }

  async toggle() {
    if (this.on) this.audio.pause();
    else if (await this.open()) await this.audio.play().catch(() => {});
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.from = Math.max(0, seconds);
    if (this.audio.readyState) this.audio.currentTime = Math.min(this.from, this.duration);
    this.#tell();
  }

  /** @param {number} rate */
  speed(rate) {
    this.audio.defaultPlaybackRate = rate;
    this.audio.playbackRate = rate;
  }

  close() {
    this.closed = true;
    this.audio.pause();
    if (this.audio.src) URL.revokeObjectURL(this.audio.src);
  }
}
