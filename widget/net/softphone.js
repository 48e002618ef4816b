// The phone's SIP: JsSIP over the api's WebSocket. What it means for the widget is in core/phone.js.
import { UA } from "../vendor/jssip.js";
import { asksToAnswer } from "../core/desk-campaigns.js";
import { counters, mos, reception } from "../core/quality.js";
import { SipSocket } from "./sip-socket.js";

/** @typedef {import("../core/phone.js").AgentSession} AgentSession */
/** @typedef {import("../core/phone.js").Connection} Connection */
/** Answer of GET /me/phone.
 * @typedef {{extension: string, name: string, kind: string, uri: string, username: string, password: string|null,
 *   ws_path: string|null, ice_servers: RTCIceServer[]}} OwnPhone */
/** How a conversation goes. @typedef {{mos: number, loss: number, jitter: number, delay: number, level: number}} Quality */

/** After the first address that media can come to, others get this long to be found. */
const ICE_MS = 500;
const STATS_MS = 2000;
const LEG_HEADER = "X-PayLater-Leg";
const REGISTER_SECONDS = 120;
/** JsSIP states of an INVITE that nobody has answered. */
const RECEIVED = 3;
const WAITING = 4;

let counter = 0;

export class Softphone {
  /**
   * @param {{own: OwnPhone, origin: string, token: () => Promise<string>, microphone: () => Promise<MediaStream>,
   *   play: (id: string, stream: MediaStream|null) => void, onQuality: (id: string, quality: Quality) => void}} ports
   *   `microphone` gives the stream to send, `play` makes a conversation's sound heard (null: over).
   */
  constructor(ports) {
    this.ports = ports;
    /** @type {(state: Connection, reason?: string) => void} */
    this.onConnection = () => {};
    /** @type {(session: AgentSession) => void} */
    this.onSession = () => {};
    /** @type {Map<string, any>} JsSIP sessions by our id */
    this.sessions = new Map();
    /** @type {UA|null} */
    this.ua = null;
  }

  async start() {
    const { own, origin, token } = this.ports;
    const socket = new SipSocket({ url: origin.replace(/^http/, "ws") + own.ws_path, token });
    const ua = new UA({
      sockets: /** @type {any} */ (socket),
      uri: own.uri,
      authorization_user: own.username,
      password: own.password ?? "",
      display_name: own.name,
      register_expires: REGISTER_SECONDS,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: "PayLater CRM",
    });
    this.ua = ua;
    ua.on("registered", () => this.onConnection("registered"));
    ua.on("unregistered", () => this.onConnection("lost"));
    ua.on("registrationFailed", (event) => this.onConnection(event.response ? "refused" : "lost", String(event.cause ?? "")));
    ua.on("disconnected", () => this.onConnection("lost"));
    ua.on("newRTCSession", (/** @type {any} */ event) => {
      if (event.originator === "remote") this.#incoming(event.session, event.request);
    });
    ua.start();
  }

  async stop() {
    const ua = this.ua;
    this.ua = null;
    ua?.stop();
  }

  /** Come back at once instead of when the next attempt is due. */
  retry() {
    if (!this.ua || this.ua.isConnected()) return;
    this.ua.stop();
    this.ua.start();
  }

  /** @param {any} session JsSIP's RTCSession @param {any} request */
  #incoming(session, request) {
    counter += 1;
    const id = `s${counter}`;
    this.sessions.set(id, session);
    /** @type {AgentSession} */
    const ours = {
      id,
      leg: request.getHeader(LEG_HEADER) ?? "",
      number: session.remote_identity.uri.user ?? "",
      name: session.remote_identity.display_name ?? "",
      auto: asksToAnswer(request.getHeader("Call-Info"), request.getHeader("Alert-Info")),
      answer: async () => {
        const stream = await this.ports.microphone();
        session.answer({ mediaStream: stream, pcConfig: { iceServers: this.ports.own.ice_servers }, rtcOfferConstraints: undefined });
      },
      hangUp: () => this.#hangUp(session),
      mute: (on) => (on ? session.mute({ audio: true }) : session.unmute({ audio: true })),
      onUp: () => {},
      onEnded: () => {},
    };
    let settling = false;
    session.on("icecandidate", (/** @type {any} */ event) => {
      if (settling) return;
      settling = true;
      setTimeout(() => event.ready(), ICE_MS);
    });
    session.on("peerconnection", (/** @type {any} */ event) => this.#listen(id, event.peerconnection));
    session.on("confirmed", () => ours.onUp());
    const over = (/** @type {any} */ event) => {
      if (!this.sessions.delete(id)) return;
      this.ports.play(id, null);
      ours.onEnded(String(event.cause ?? ""));
    };
    session.on("ended", over);
    session.on("failed", over);
    this.onSession(ours);
  }

  /** @param {any} session */
  #hangUp(session) {
    if (session.isEnded()) return;
    const ringing = session.status === RECEIVED || session.status === WAITING;
    session.terminate(ringing ? { status_code: 603, reason_phrase: "Decline" } : {});
  }

  /** Make the other side heard and watch how well. @param {string} id @param {RTCPeerConnection} connection */
  #listen(id, connection) {
    connection.addEventListener("track", (event) => this.ports.play(id, event.streams[0] ?? new MediaStream([event.track])));
    /** @type {import("../core/quality.js").Counters|null} */
    let before = null;
    const timer = setInterval(async () => {
      if (!this.sessions.has(id)) {
        clearInterval(timer);
        return;
      }
      const now = counters((await connection.getStats()).values());
      if (before && now.received) {
        const got = reception(before, now);
        this.ports.onQuality(id, { ...got, mos: mos(got), level: now.level });
      }
      before = now;
    }, STATS_MS);
  }

  /** Use another microphone in conversations that go on. @param {MediaStream} stream */
  async replaceMicrophone(stream) {
    const [track] = stream.getAudioTracks();
    for (const session of this.sessions.values()) {
      const sender = session.connection?.getSenders().find((/** @type {RTCRtpSender} */ one) => one.track?.kind === "audio");
      await sender?.replaceTrack(track);
    }
  }
}
