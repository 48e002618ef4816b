// How a conversation's text looks.
import { css } from "../vendor/lit.js";

export const looks = css`
  :host {
    display: block;
    position: relative;
    max-block-size: var(--pl-lines-height, 26rem);
    min-inline-size: 0;
    overflow: auto;
    overscroll-behavior: contain;
  }
  ol {
    display: flex;
    flex-direction: column;
    gap: var(--pl-2);
    padding: var(--pl-1);
  }
  li {
    max-inline-size: min(46rem, 88%);
    align-self: start;
  }
  li.operator {
    align-self: end;
  }
  li.follows {
    margin-block-start: calc(-1 * var(--pl-1));
  }
  .who {
    display: block;
    padding: 0 var(--pl-2);
    font-size: var(--pl-text-small);
    font-weight: 550;
    color: var(--ink);
    overflow-wrap: anywhere;
  }
  .client {
    --ink: var(--pl-accent);
    --ground: var(--pl-accent-faint);
  }
  .operator {
    --ink: var(--pl-other);
    --ground: var(--pl-other-faint);
  }
  .operator .who {
    text-align: end;
  }
  .said {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pl-1) var(--pl-2);
    align-items: baseline;
    padding: var(--pl-1) var(--pl-3) var(--pl-1) var(--pl-2);
    background: var(--ground);
    border-inline-start: 3px solid transparent;
    border-radius: var(--pl-radius-small);
  }
  .good .said {
    border-color: var(--pl-good);
  }
  .bad .said {
    border-color: var(--pl-bad);
  }
  p {
    flex: 1 1 calc(100% - 3.2rem);
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  pl-badge {
    margin-inline-start: 3.1rem;
  }
  pl-badge + pl-badge {
    margin-inline-start: 0;
  }
  .time {
    flex: none;
    min-inline-size: 2.6rem;
    padding: 0;
    font: inherit;
    font-size: var(--pl-text-small);
    font-variant-numeric: tabular-nums;
    color: var(--pl-muted);
    text-align: start;
    background: none;
    border: 0;
  }
  button.time {
    cursor: pointer;
    text-decoration: underline;
    text-decoration-color: transparent;
    text-underline-offset: 0.2em;
  }
  button.time:hover {
    text-decoration-color: currentColor;
  }
  p span {
    border-radius: 3px;
  }
  :host([playable]) p span {
    cursor: pointer;
  }
  :host([playable]) p span:hover {
    box-shadow: 0 0 0 2px var(--pl-line-strong);
  }
  .hit {
    color: var(--pl-warn);
    background: var(--pl-warn-faint);
    box-shadow: 0 0 0 2px var(--pl-warn-faint);
    font-weight: 600;
  }
  .hit.here {
    color: var(--pl-surface);
    background: var(--pl-warn);
    box-shadow: 0 0 0 2px var(--pl-warn);
  }
  .hidden {
    letter-spacing: 0.05em;
    color: var(--pl-muted);
    background: var(--pl-line);
  }
  .unsure {
    text-decoration: underline dotted var(--pl-muted);
    text-underline-offset: 0.2em;
  }
  .alert {
    text-decoration: underline 2px var(--pl-accent);
    text-underline-offset: 0.2em;
  }
  .alert.warning {
    text-decoration-color: var(--pl-warn);
  }
  .alert.alarm {
    text-decoration-color: var(--pl-bad);
  }
  [data-now] {
    color: var(--pl-on-accent);
    background: var(--pl-accent);
    box-shadow: 0 0 0 2px var(--pl-accent);
  }
  .operator [data-now] {
    color: var(--pl-surface);
    background: var(--pl-other);
    box-shadow: 0 0 0 2px var(--pl-other);
  }
  .partial .said {
    background: none;
    border: 1px dashed var(--pl-line-strong);
  }
  .partial p {
    color: var(--pl-muted);
    font-style: italic;
  }
`;
