// What a call looks like.
import { css } from "../vendor/lit.js";

export const looks = css`
  :host {
    display: block;
  }
  article {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--pl-3);
    padding: var(--pl-3);
    background: var(--pl-surface);
    border: 1px solid var(--pl-line);
    border-inline-start: 4px solid var(--pl-line-strong);
    border-radius: var(--pl-radius);
    box-shadow: var(--pl-shadow);
  }
  article.ringing {
    border-color: var(--pl-good);
    background: var(--pl-good-faint);
  }
  article.talking {
    border-inline-start-color: var(--pl-accent);
  }
  article.held,
  article.waiting {
    border-inline-start-color: var(--pl-warn);
  }
  article.lost {
    border-inline-start-color: var(--pl-bad);
  }
  header {
    display: flex;
    gap: var(--pl-3);
    align-items: center;
  }
  .avatar {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    color: var(--pl-accent);
    background: var(--pl-accent-faint);
    border-radius: 50%;
  }
  .ringing .avatar {
    color: var(--pl-on-good);
    background: var(--pl-good);
    animation: swing 1.2s ease-in-out infinite;
  }
  @keyframes swing {
    10%,
    30% {
      rotate: -12deg;
    }
    20%,
    40% {
      rotate: 12deg;
    }
    50% {
      rotate: 0deg;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .avatar {
      animation: none !important;
    }
  }
  .who {
    flex: 1;
    min-inline-size: 0;
    line-height: 1.3;
  }
  .who h2 {
    font-size: clamp(var(--pl-text-base), 4.6cqi, var(--pl-text-large));
    overflow-wrap: anywhere;
  }
  .who h2.digits {
    white-space: nowrap;
  }
  .time {
    text-align: end;
    line-height: 1.3;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--pl-1) var(--pl-2);
    align-items: center;
  }
  .facts:not(:has(> *)) {
    display: none;
  }
  .earlier li {
    display: flex;
    gap: var(--pl-2);
  }
  .answer {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--pl-2);
    --pl-button-pad: var(--pl-1);
  }
`;
