// How the player of a conversation looks.
import { css } from "../vendor/lit.js";

export const shape = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--pl-2);
    min-inline-size: 0;
  }
  .controls,
  .find {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--pl-1);
  }
  .space {
    flex: 1;
  }
  .find {
    flex: 0 1 auto;
    max-inline-size: 100%;
  }
  .find pl-field {
    flex: 1 1 9rem;
    inline-size: 13rem;
    max-inline-size: 100%;
  }
  .count {
    min-inline-size: 4.2rem;
    text-align: center;
  }
  .count:empty {
    display: none;
  }
  .measures {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pl-1) var(--pl-4);
    align-items: center;
    font-size: var(--pl-text-small);
  }
  .measures div {
    display: flex;
    gap: var(--pl-1);
    align-items: center;
  }
  .measures dt {
    color: var(--pl-muted);
  }
  .measures dd {
    font-variant-numeric: tabular-nums;
  }
  .shares dd {
    display: flex;
    gap: var(--pl-2);
    align-items: center;
  }
  .shares svg {
    inline-size: 6rem;
    block-size: 0.5rem;
    border-radius: 1em;
  }
  span.client {
    color: var(--pl-accent);
  }
  span.operator {
    color: var(--pl-other);
  }
  rect.client {
    fill: var(--pl-accent);
  }
  rect.operator {
    fill: var(--pl-other);
  }
  .none {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pl-2) var(--pl-3);
    align-items: center;
    padding: var(--pl-2) 0;
  }
  .problem {
    color: var(--pl-bad);
  }
`;
