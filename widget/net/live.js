// The live WebSocket: signs in, resumes by cursor, comes back by itself.
import { retryAfter } from "../core/feed.js";

const RENEW_MS = 300_000;

/**
 * Keep a connection to the feed.
 * @param {{session: import("../core/session.js").Session, feed: {cursor: number|null},
 *   topics?: () => string[],
 *   onMessage: (message: any) => void, onState: (connected: boolean) => void}} ports
 * @returns {() => void} ends it
 */
export function follow({ session, feed, topics = () => ["calls"], onMessage, onState }) {
  /** @type {WebSocket|null} */
  let socket = null;
  let attempt = 0;
  let ended = false;
  /** @type {number|undefined} */
  let timer;

  async function open() {
    try {
      const token = await session.token();
      if (ended) return;
      connect(token);
    } catch {
      again(1006);
    }
  }

  /** @param {string} token */
  function connect(token) {
    const since = feed.cursor === null ? "" : `&since=${feed.cursor}`;
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live?topics=${topics().join(",")}${since}`);
    socket.onopen = () => socket?.send(JSON.stringify({ type: "auth", token }));
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "ready") {
        attempt = 0;
        onState(true);
      }
      onMessage(message);
    };
    socket.onclose = (event) => {
      onState(false);
      again(event.code);
    };
  }

  /** @param {number} code */
  function again(code) {
    const wait = retryAfter(code, attempt++);
    if (ended || !session.user) return;
    timer = window.setTimeout(open, wait ?? 5000);
  }

  // The server closes when the token it knows is over: send the renewed one in time.
  const renewal = window.setInterval(async () => {
    if (socket?.readyState === WebSocket.OPEN) {
      const token = await session.token().catch(() => null);
      if (token) socket.send(JSON.stringify({ type: "auth", token }));
    }
  }, RENEW_MS);

  open();
  return () => {
    ended = true;
    window.clearTimeout(timer);
    window.clearInterval(renewal);
    socket?.close();
  };
}
