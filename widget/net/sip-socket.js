// The way of SIP to the server, as JsSIP wants a socket: our api's WebSocket, which is told first who we are.

export class SipSocket {
  /**
   * @param {{url: string, token: () => Promise<string>}} ports
   */
  constructor({ url, token }) {
    this.url = url;
    this.token = token;
    this.via_transport = "WS";
    this.sip_uri = `sip:${new URL(url).host};transport=ws`;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.opening = false;
    /** Set by JsSIP. */
    this.onconnect = () => {};
    /** @type {(error: boolean, code?: number, reason?: string) => void} */
    this.ondisconnect = () => {};
    /** @type {(data: any) => void} */
    this.ondata = () => {};
  }

  isConnected() {
    return !this.opening && this.socket?.readyState === WebSocket.OPEN;
  }

  isConnecting() {
    return this.opening;
  }

  connect() {
    if (this.opening || this.isConnected()) return;
    this.opening = true;
    this.#open().catch(() => {
      this.opening = false;
      this.ondisconnect(true, 1006, "no token");
    });
  }

  async #open() {
    const token = await this.token();
    if (!this.opening) return;
    const socket = new WebSocket(this.url, "sip");
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "auth", token }));
      this.opening = false;
      this.onconnect();
    };
    socket.onmessage = (event) => this.ondata(event.data);
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.opening = false;
      this.ondisconnect(!event.wasClean || event.code !== 1000, event.code, event.reason);
    };
  }

  disconnect() {
    const socket = this.socket;
    this.socket = null;
    this.opening = false;
    socket?.close();
  }

  /** @param {string} message */
  send(message) {
    if (!this.isConnected()) return false;
    this.socket?.send(message);
    return true;
  }
}
