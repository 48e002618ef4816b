// What lists of people and calls look like.
import { css } from "../vendor/lit.js";

export const rows = css`
  section + section {
    margin-block-start: var(--pl-5);
  }
  .head {
    display: flex;
    gap: var(--pl-2);
    align-items: center;
    justify-content: space-between;
    margin-block-end: var(--pl-2);
  }
  .list {
    overflow: clip;
    background: var(--pl-surface);
    border: 1px solid var(--pl-line);
    border-radius: var(--pl-radius);
  }
  .list > li {
    display: flex;
    gap: var(--pl-3);
    align-items: center;
    min-block-size: 3.25rem;
    padding: var(--pl-2) var(--pl-2) var(--pl-2) var(--pl-3);
  }
  .list > li + li {
    border-block-start: 1px solid var(--pl-line);
  }
  .list > li.wide {
    display: block;
  }
  .list > li.wide > .line {
    display: flex;
    gap: var(--pl-3);
    align-items: center;
  }
  .grow {
    flex: 1;
    min-inline-size: 0;
    line-height: 1.35;
  }
  .empty {
    display: grid;
    gap: var(--pl-2);
    justify-items: center;
    padding: var(--pl-6) var(--pl-4);
    color: var(--pl-muted);
    text-align: center;
  }
  .empty pl-icon {
    inline-size: 2rem;
    block-size: 2rem;
    opacity: 0.6;
  }
  .dot {
    flex: none;
    inline-size: 0.625rem;
    block-size: 0.625rem;
    background: var(--pl-line-strong);
    border-radius: 50%;
  }
  .dot.good {
    background: var(--pl-good);
  }
  .dot.warn {
    background: var(--pl-warn);
  }
  .dot.bad {
    background: var(--pl-bad);
  }
  .dot.accent {
    background: var(--pl-accent);
  }
  .segments {
    display: flex;
    gap: var(--pl-1);
    padding: 3px;
    margin-block-end: var(--pl-3);
    background: var(--pl-sunken);
    border-radius: var(--pl-radius-small);
  }
  .segments button {
    flex: 1;
    min-block-size: 1.875rem;
    font: inherit;
    font-size: var(--pl-text-small);
    font-weight: 550;
    color: var(--pl-muted);
    background: none;
    border: 0;
    border-radius: 5px;
    cursor: pointer;
  }
  .segments button[aria-pressed="true"] {
    color: var(--pl-text);
    background: var(--pl-surface);
    box-shadow: 0 1px 2px #0002;
  }
  .more {
    display: grid;
    margin-block-start: var(--pl-3);
  }
`;
