// <pl-chart>: lines or bars over time, drawn by uPlot in the colours of the page.
import { css, html } from "../vendor/lit.js";
import uPlot from "../vendor/uplot.js";
import { language } from "../core/language.js";
import { PayLaterElement } from "./base.js";

/** @typedef {{name: string, tone: string, values: (number|null)[], bars?: boolean, unit?: string}} Series */

export class Chart extends PayLaterElement {
  static properties = { label: {}, times: { attribute: false }, series: { attribute: false }, height: { type: Number }, top: { type: Number }, names: { attribute: false } };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
    `,
  ];

  constructor() {
    super();
    this.label = "";
    /** Seconds since 1970; with `names`: their numbers, from 0. @type {number[]} */
    this.times = [];
    /** @type {Series[]} */
    this.series = [];
    this.height = 220;
    /** The highest value that the axis must have room for. */
    this.top = 0;
    /** What stands under each place, where it is no time. @type {string[]} */
    this.names = [];
    /** @type {any} */
    this.plot = null;
    this.drawn = "";
    this.resizing = new ResizeObserver(() => this.#fit());
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.redraw = () => this.#draw();
  }

  // uPlot's own sheet is for the page: the plot lives in the element itself, not in a shadow root.
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.resizing.observe(this);
    this.scheme.addEventListener("change", this.redraw);
    const theme = new MutationObserver(this.redraw);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.whileConnected(() => {
      theme.disconnect();
      this.resizing.disconnect();
      this.scheme.removeEventListener("change", this.redraw);
      this.plot?.destroy();
      this.plot = null;
    });
  }

  /** @param {string} tone */
  #colour(tone) {
    const probe = document.createElement("span");
    probe.style.color = `var(--pl-${tone})`;
    this.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  #options() {
    const [ink, grid] = [this.#colour("muted"), this.#colour("line")];
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const locale = language() === "en" ? "en-GB" : "ru-RU";
    const clock = (/** @type {number} */ s) => new Date(s * 1000).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
    const day = (/** @type {number} */ s) => new Date(s * 1000).toLocaleDateString(locale, { day: "2-digit", month: "2-digit" });
    const { names } = this;
    const long = (this.times.at(-1) ?? 0) - (this.times[0] ?? 0) > 2 * 86_400;
    return {
      width: Math.max(200, this.clientWidth),
      height: this.height,
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { x: names.length ? { time: false, range: () => [-0.5, names.length - 0.5] } : {}, y: { range: (/** @type {any} */ _u, /** @type {number} */ _low, /** @type {number} */ high) => [0, Math.max(this.top, (high || 0) * 1.15, 5)] } },
      axes: [
        names.length
          ? { ...axis, size: 28, grid: { show: false }, splits: () => this.times, values: () => names }
          : { ...axis, values: (/** @type {any} */ _u, /** @type {number[]} */ at) => at.map((s) => (long ? day(s) : clock(s))) },
        { ...axis, size: 44 },
      ],
      series: [
        { label: names.length ? "" : language() === "en" ? "Time" : "Время", value: (/** @type {any} */ _u, /** @type {number|null} */ s) => (s === null ? "—" : names[s] ?? `${day(s)} ${clock(s)}`) },
        ...this.series.map((one) => this.#line(one)),
      ],
    };
  }

  /** @param {Series} one */
  #line(one) {
    const stroke = this.#colour(one.tone);
    // Two rows of bars stand beside each other: one ends where the other begins.
    const barred = this.series.filter((other) => other.bars);
    const beside = barred.length === 2 ? { size: [0.35, 28], align: one === barred[0] ? -1 : 1 } : { size: [0.7, 40] };
    const paths = one.bars ? /** @type {any} */ (uPlot.paths).bars(beside) : undefined;
    return {
      label: one.name,
      stroke,
      width: one.bars ? 0 : 2,
      fill: one.bars ? stroke : undefined,
      paths,
      points: { show: one.bars ? false : this.times.length < 3 },
      value: (/** @type {any} */ _u, /** @type {number|null} */ v) => (v === null || v === undefined ? "—" : `${Math.round(v * 10) / 10}${one.unit ?? ""}`),
    };
  }

  #fit() {
    if (this.plot && this.clientWidth > 0) this.plot.setSize({ width: this.clientWidth, height: this.height });
  }

  #draw() {
    const place = this.querySelector(".plot");
    if (!place) return;
    this.plot?.destroy();
    this.plot = new uPlot(/** @type {any} */ (this.#options()), /** @type {any} */ ([this.times, ...this.series.map((one) => one.values)]), /** @type {HTMLElement} */ (place));
  }

  updated() {
    const shape = JSON.stringify([this.series.map((one) => [one.name, one.tone]), language(), this.height, this.top, this.names]);
    if (this.plot && shape === this.drawn) this.plot.setData(/** @type {any} */ ([this.times, ...this.series.map((one) => one.values)]));
    else this.#draw();
    this.drawn = shape;
  }

  render() {
    return html`<div class="plot" role="img" aria-label=${this.label}></div>`;
  }
}

customElements.define("pl-chart", Chart);
