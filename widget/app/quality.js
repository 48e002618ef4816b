// <pl-quality>: four bars that tell how good a conversation sounds, with the figures as a hint.
import { css, html, nothing } from "../vendor/lit.js";
import { grade } from "../core/quality.js";
import { DeskElement } from "./desk-element.js";
import { t } from "./words.js";

export class QualitySign extends DeskElement {
  static properties = { session: {} };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        margin-inline-start: auto;
      }
      .bars {
        display: flex;
        gap: 2px;
        align-items: end;
        block-size: 1rem;
      }
      i {
        inline-size: 3px;
        background: var(--pl-line-strong);
        border-radius: 1px;
      }
      i:nth-child(1) {
        block-size: 25%;
      }
      i:nth-child(2) {
        block-size: 50%;
      }
      i:nth-child(3) {
        block-size: 75%;
      }
      i:nth-child(4) {
        block-size: 100%;
      }
      .good i.on {
        background: var(--pl-good);
      }
      .fair i.on {
        background: var(--pl-warn);
      }
      .poor i.on {
        background: var(--pl-bad);
      }
    `,
  ];

  constructor() {
    super();
    this.session = "";
  }

  render() {
    const found = this.state.quality[this.session];
    if (!found) return nothing;
    const level = grade(found.mos);
    const bars = found.mos >= 4.2 ? 4 : found.mos >= 4 ? 3 : found.mos >= 3.6 ? 2 : 1;
    const detail = t("qualityDetail", {
      mos: found.mos.toFixed(1),
      loss: (found.loss * 100).toFixed(1),
      jitter: Math.round(found.jitter * 1000),
      delay: Math.round(found.delay * 1000),
    });
    return html`<div class="bars ${level}" role="img" aria-label=${`${t(`quality_${level}`)}. ${detail}`} title=${`${t(`quality_${level}`)}. ${detail}`}>
      ${[1, 2, 3, 4].map((bar) => html`<i class=${bar <= bars ? "on" : ""}></i>`)}
    </div>`;
  }
}

customElements.define("pl-quality", QualitySign);
