// <pl-icon name="phone">: a line icon, 24 x 24, in the colour of the words beside it. Without `label` it is decoration.
import { css, html, nothing, svg } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";

/** Paths of the icons, drawn for this project on a grid of 24. @type {Record<string, string>} */
export const PATHS = {
  add: "M12 5v14M5 12h14",
  alert: "M12 8v5M12 16.5v.01M10.3 4.2 2.9 17.5A2 2 0 0 0 4.6 20.5h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z",
  arrowDown: "M6 9l6 6 6-6",
  arrowLeft: "M15 5l-7 7 7 7",
  arrowUp: "M6 15l6-6 6 6",
  arrowRight: "M9 5l7 7-7 7",
  backspace: "M9 5h11v14H9l-6-7 6-7ZM12 9.5l5 5M17 9.5l-5 5",
  barge: "M4 12h3l2-5 4 10 2-5h5",
  callback: "M5 4h3.5l1.5 4-2.2 1.6a11 11 0 0 0 5.6 5.6L15 13l4 1.5V18a2 2 0 0 1-2.2 2A15 15 0 0 1 3 6.2 2 2 0 0 1 5 4ZM20 4h-5v5M15 9l6-6",
  chart: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6M20 16V6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  close: "M6 6l12 12M18 6L6 18",
  contacts: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c.8-3.6 4-5.5 8-5.5s7.2 1.9 8 5.5",
  copy: "M9 9h11v11H9V9ZM5 15H4V4h11v1",
  dialpad: "M6 5.500v.01M12 5.500v.01M18 5.500v.01M6 11.500v.01M12 11.500v.01M18 11.500v.01M6 17.500v.01M12 17.500v.01M18 17.500v.01",
  download: "M12 4v11M7 11l5 5 5-5M4 20h16",
  edit: "M4 20h4L19 9l-4-4L4 16v4ZM13 7l4 4",
  filter: "M4 5h16l-6 8v5l-4 2v-7L4 5Z",
  forward: "M14 5l6 6-6 6M20 11H9a5 5 0 0 0-5 5v3",
  grip: "M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01",
  hangUp: "M3 13.500c5-5 13-5 18 0l-2.5 3-4-1.500v-2.500a10 10 0 0 0-5 0V15l-4 1.5-2.5-3Z",
  headset: "M5 14v-2a7 7 0 0 1 14 0v2M5 13.500h3V19H6a1 1 0 0 1-1-1v-4.500ZM19 13.500h-3V19h2a1 1 0 0 0 1-1v-4.500ZM18 19c0 1.5-2 2.5-5 2.5",
  history: "M4 5v5h5M4.5 10a8 8 0 1 1-.4 4M12 8v4.500l3 1.5",
  hold: "M9 5v14M15 5v14",
  listen: "M6 10a6 6 0 0 1 12 0c0 4-4 4.5-4 8a3 3 0 0 1-5.5 1.500M9 10.500a3 3 0 0 1 6 0c0 1.5-1.5 2-2 3.5",
  menu: "M4 6h16M4 12h16M4 18h16",
  merge: "M7 4v4c0 5 10 5 10 10v2M17 4v4c0 5-10 5-10 10v2",
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11.500a6.5 6.5 0 0 0 13 0M12 18v3",
  micOff: "M4 4l16 16M9 9v3a3 3 0 0 0 4.5 2.600M15 11V6a3 3 0 0 0-5.8-1M5.5 11.500a6.5 6.5 0 0 0 10.3 5.200M18.5 11.500a6 6 0 0 1-.5 2.500M12 18v3",
  missed: "M4 7l7 7 9-9M20 5h-5M20 5v5M3 20c5-4 13-4 18 0",
  more: "M5 12v.01M12 12v.01M19 12v.01",
  park: "M8 20V4h5.500a4.5 4.5 0 0 1 0 9H8",
  pause: "M9 5v14M15 5v14",
  people: "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19c.6-3.2 3.2-4.8 6.5-4.800s5.9 1.6 6.5 4.800M16 4.800a3.5 3.5 0 0 1 0 6.400M18 14.600c1.9.7 3.1 2.2 3.5 4.4",
  phone: "M5 4h3.500l1.5 4-2.2 1.600a11 11 0 0 0 5.6 5.600L15 13l4 1.500V18a2 2 0 0 1-2.2 2A15 15 0 0 1 3 6.2 2 2 0 0 1 5 4Z",
  play: "M7 4.500v15l12-7.5-12-7.500Z",
  queue: "M4 6h10M4 12h10M4 18h6M18 9v9M15 15l3 3 3-3",
  record: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z",
  refresh: "M20 5v5h-5M19.5 10a8 8 0 1 0 .4 4",
  save: "M5 4h11l3 3v13H5V4ZM8 4v5h7V4M8 20v-6h8v6",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16.5 16.5 21 21",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM9 14.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  signOut: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  speaker: "M4 9.500v5h3.500L12 18.500v-13L7.5 9.500H4ZM15.5 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  star: "M12 3.800l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 3.800Z",
  swap: "M7 4 3 8l4 4M3 8h13M17 12l4 4-4 4M21 16H8",
  takeOver: "M4 20c.6-3.5 3-5.5 7-5.500M11 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM14 18h7M18 15l3 3-3 3",
  text: "M4 5h16v11H9l-5 4V5ZM8 9h8M8 12.500h5",
  ticket: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4V6ZM14 6v2.500M14 11v2M14 15.500V18",
  transfer: "M4 7h13M13 3l4 4-4 4M20 17H7M11 13l-4 4 4 4",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c.8-3.6 4-5.5 8-5.500s7.2 1.9 8 5.5",
  voicemail: "M6.5 9a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM17.5 9a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM6.5 16h11",
  whisper: "M4 5h16v11H9l-5 4V5ZM9 10.500h6",
};

const FILLED = new Set(["record", "play"]);

export class Icon extends PayLaterElement {
  static properties = { name: {}, label: {} };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: inline-flex;
        flex: none;
        inline-size: 1.25em;
        block-size: 1.25em;
        vertical-align: -0.25em;
      }
      svg {
        inline-size: 100%;
        block-size: 100%;
        fill: none;
        stroke: currentColor;
        stroke-width: 1.75;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      svg.dots {
        stroke-width: 2.75;
      }
      svg.filled {
        fill: currentColor;
      }
    `,
  ];

  constructor() {
    super();
    this.name = "";
    this.label = "";
  }

  render() {
    const dots = this.name === "dialpad" || this.name === "more" || this.name === "grip";
    return html`<svg
      viewBox="0 0 24 24"
      class=${dots ? "dots" : FILLED.has(this.name) ? "filled" : ""}
      role=${this.label ? "img" : nothing}
      aria-label=${this.label || nothing}
      aria-hidden=${this.label ? nothing : "true"}
    >
      ${svg`<path d=${PATHS[this.name] ?? ""} />`}
    </svg>`;
  }
}

customElements.define("pl-icon", Icon);
