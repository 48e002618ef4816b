// Where things are in the widget: one column, from 720 px on three.
import { css } from "../vendor/lit.js";

export const layout = css`
  :host {
    container-type: inline-size;
    background: var(--pl-back);
  }
  .frame {
    display: flex;
    flex-direction: column;
    block-size: 100%;
  }
  .calls {
    display: grid;
    flex: 0 1 auto;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--pl-2);
    min-block-size: 0;
    max-block-size: 82%;
    overflow: auto;
  }
  .calls pl-preview:not([shown]) {
    display: none;
  }
  .calls:has(pl-call, pl-preview[shown], pl-after-call) {
    padding: var(--pl-3);
    border-block-end: 1px solid var(--pl-line);
  }
  main {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    padding: var(--pl-3);
  }
  nav {
    display: flex;
    background: var(--pl-surface);
    border-block-start: 1px solid var(--pl-line);
  }
  nav :is(button, a) {
    position: relative;
    display: grid;
    flex: 1;
    justify-items: center;
    gap: 2px;
    min-inline-size: 0;
    padding: var(--pl-2) 2px;
    font: 550 clamp(0.625rem, 3.1cqi, 0.75rem) / 1.2 var(--pl-font);
    color: var(--pl-muted);
    background: none;
    border: 0;
    text-decoration: none;
    cursor: pointer;
  }
  nav :is(button, a) span {
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  nav pl-icon {
    inline-size: 1.375rem;
    block-size: 1.375rem;
  }
  nav :is(button, a):hover {
    color: var(--pl-text);
  }
  nav button[aria-current="page"] {
    color: var(--pl-accent);
  }
  nav button[aria-current="page"]::before {
    content: "";
    position: absolute;
    inset-block-start: -1px;
    inline-size: 2rem;
    block-size: 2px;
    background: var(--pl-accent);
    border-radius: 2px;
  }
  nav :is(button, a):focus-visible {
    outline-offset: -3px;
  }
  .count {
    position: absolute;
    inset-block-start: 2px;
    inset-inline-start: calc(50% + 0.4rem);
    min-inline-size: 1.1rem;
    padding: 0 0.25rem;
    font-size: 0.6875rem;
    line-height: 1.1rem;
    color: var(--pl-on-bad);
    background: var(--pl-bad);
    border-radius: 1rem;
    text-align: center;
  }
  .due {
    padding: var(--pl-5);
  }
  .notice {
    position: fixed;
    z-index: 40;
    inset-inline: var(--pl-3);
    inset-block-end: 4.5rem;
    display: flex;
    gap: var(--pl-2);
    align-items: center;
    max-inline-size: 30rem;
    margin-inline: auto;
    padding: var(--pl-2) var(--pl-3);
    background: var(--pl-raised);
    border: 1px solid var(--pl-line);
    border-inline-start: 4px solid var(--pl-accent);
    border-radius: var(--pl-radius-small);
    box-shadow: var(--pl-shadow);
  }
  .notice.bad {
    border-inline-start-color: var(--pl-bad);
  }
  .notice.good {
    border-inline-start-color: var(--pl-good);
  }
  .notice p {
    flex: 1;
    overflow-wrap: anywhere;
  }
  @container (min-width: 720px) {
    .frame {
      display: grid;
      grid-template: auto minmax(0, 1fr) / 5.5rem 22rem minmax(0, 1fr);
    }
    pl-status {
      grid-column: 1 / -1;
    }
    nav {
      grid-area: 2 / 1;
      flex-direction: column;
      gap: var(--pl-1);
      padding-block: var(--pl-2);
      border-block-start: 0;
      border-inline-end: 1px solid var(--pl-line);
    }
    nav :is(button, a) {
      flex: none;
      padding-block: var(--pl-3);
    }
    nav button[aria-current="page"]::before {
      inset: 20% auto 20% 0;
      inline-size: 3px;
      block-size: auto;
    }
    .calls {
      display: block;
      grid-area: 2 / 2;
      max-block-size: none;
      padding: var(--pl-3);
    }
    .calls > * {
      margin-block-end: var(--pl-3);
    }
    main {
      grid-area: 2 / 3;
      border-inline-start: 1px solid var(--pl-line);
    }
  }
`;
