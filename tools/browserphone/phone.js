// A bare phone in a page: JsSIP over the product's WebSocket, nothing of the product's own browser code.
import * as JsSIP from "/widget/vendor/jssip.js";

/** JsSIP's socket, which signs in by its first message. */
class SignedSocket extends JsSIP.WebSocketInterface {
  constructor(url, token) {
    super(url);
    this.token = token;
  }
  _onOpen() {
    this._ws.send(JSON.stringify({ type: "auth", token: this.token }));
    super._onOpen();
  }
  _onClose(event) {
    window.phone.closed.push([event.code, event.reason]);
    super._onClose(event);
  }
}

const options = { mediaConstraints: { audio: true, video: false }, rtcOfferConstraints: { offerToReceiveAudio: true } };
let agent;
let waiting = null;

function follow(session) {
  const known = { state: "ringing", cause: null, status: null };
  session.on("confirmed", () => (known.state = "up"));
  for (const name of ["ended", "failed"]) {
    session.on(name, ({ cause, message }) => {
      Object.assign(known, { state: "over", cause, status: message?.status_code ?? null, reason: message?.reason_phrase });
    });
  }
  // The first good candidate is enough: waiting for all of them takes seconds where a STUN server is silent.
  let ready;
  session.on("icecandidate", (event) => {
    clearTimeout(ready);
    ready = setTimeout(event.ready, 500);
  });
  window.phone.calls.push({ session, known });
}

window.phone = {
  calls: [],
  closed: [],
  state: "new",
  start(phone, url, token) {
    agent = new JsSIP.UA({
      sockets: [new SignedSocket(url, token)],
      uri: phone.uri,
      password: phone.password,
      session_timers: false,
      register_expires: 60,
    });
    agent.on("registered", () => (window.phone.state = "registered"));
    agent.on("registrationFailed", ({ cause }) => (window.phone.state = `failed: ${cause}`));
    agent.on("disconnected", () => (window.phone.state = "disconnected"));
    agent.on("newRTCSession", ({ session, originator }) => {
      if (originator === "remote") {
        waiting = session;
        session.on("failed", () => (waiting = waiting === session ? null : waiting));
      }
      follow(session);
    });
    agent.start();
  },
  stop: () => agent.stop(),
  dial: (number) => void agent.call(number, options),
  rings: () => Boolean(waiting),
  caller: () => waiting?.remote_identity.uri.user ?? "",
  answer() {
    waiting.answer(options);
    waiting = null;
  },
  last: () => window.phone.calls.at(-1)?.known,
  session: () => window.phone.calls.at(-1).session,
  hangUp: () => window.phone.session().terminate(),
};
