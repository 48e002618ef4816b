// Who is signed in, and requests that renew the access token by themselves. No DOM; storage and fetch come from outside.

const KEY = "paylater.session";
const EARLY_MS = 30_000;

/** What the API refused: ``status``, ``code`` and the reader's text. */
export class ApiError extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    super(problem?.detail ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem?.code ?? "";
    this.retryAfter = problem?.retry_after ?? 0;
    /** The whole problem document: ``errors`` by field, ``used_by``, ``version``. */
    this.problem = problem ?? {};
  }
}

export class Session {
  /**
   * @param {{fetch: typeof globalThis.fetch, storage: Pick<Storage, "getItem"|"setItem"|"removeItem">, now?: () => number,
   *   lock?: <T>(work: () => Promise<T>) => Promise<T>}} ports
   *   ``lock`` lets one tab at a time refresh: a refresh token is good for one use.
   */
  constructor({ fetch, storage, now = Date.now, lock = (work) => work() }) {
    this.fetch = fetch;
    this.storage = storage;
    this.now = now;
    this.lock = lock;
    /** @type {(() => void)|null} called when the sign-in is over */
    this.onEnd = null;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  /** Hear of sign-in and sign-out. @param {() => void} listener @returns {() => void} ends it */
  onChange(listener) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** @returns {{access_token: string, refresh_token: string, expires: number, user: any}|null} */
  get stored() {
    const text = this.storage.getItem(KEY);
    return text ? JSON.parse(text) : null;
  }

  get user() {
    return this.stored?.user ?? null;
  }

  /** @param {string} login @param {string} password @param {string} [code] the second factor, where it is asked for */
  async signIn(login, password, code) {
    return this.begin(await this.exchange("/auth/login", { login, password, ...(code ? { code } : {}) }));
  }

  /** A sign-in has been made: by password, or by another way that gave these tokens. @param {any} tokens */
  begin(tokens) {
    this.keep(tokens);
    for (const listener of [...this.listeners]) listener();
    return this.user;
  }

  async signOut() {
    try {
      await this.request("POST", "/auth/logout");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.end();
    }
  }

  /** A valid access token, renewed when it is about to end. */
  async token() {
    const stored = this.stored;
    if (!stored) throw new ApiError(401, { detail: "signed out" });
    if (stored.expires - this.now() > EARLY_MS) return stored.access_token;
    return this.lock(() => this.refresh(stored.refresh_token));
  }

  /** @param {string} seen the refresh token that was found too old; another tab may have been faster */
  async refresh(seen) {
    const stored = this.stored;
    if (stored && stored.refresh_token !== seen) return stored.access_token;
    try {
      this.keep(await this.exchange("/auth/refresh", { refresh_token: seen }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.end();
      throw error;
    }
    return this.stored?.access_token ?? "";
  }

  /**
   * @param {string} method
   * @param {string} path under /api/v1
   * @param {{body?: any, language?: string, blob?: boolean}} [options]
   * @returns {Promise<any>}
   */
  async request(method, path, { body, language = "ru", blob = false } = {}) {
    const headers = { Authorization: `Bearer ${await this.token()}`, "Accept-Language": language };
    const answer = await this.send(method, path, body, headers);
    if (answer.status === 401) this.end();
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
    if (answer.status === 204) return null;
    return blob ? answer.blob() : answer.json();
  }

  /** @param {string} path @param {any} body */
  async exchange(path, body) {
    const answer = await this.send("POST", path, body, {});
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
    return answer.json();
  }

  /** A request without sign-in; an answer without words is null. @param {string} path @param {any} body @param {string} language @returns {Promise<any>} */
  async ask(path, body, language) {
    const answer = await this.send("POST", path, body, { "Accept-Language": language });
    const text = await answer.text();
    if (!answer.ok) throw new ApiError(answer.status, text.startsWith("{") ? JSON.parse(text) : null);
    return text ? JSON.parse(text) : null;
  }

  /** @param {string} method @param {string} path @param {any} body @param {Record<string, string>} headers */
  send(method, path, body, headers) {
    /** @type {RequestInit} */
    const options = { method, headers };
    if (body !== undefined) {
      options.headers = { ...headers, "Content-Type": "application/json" };
      options.body = JSON.stringify(body);
    }
    return this.fetch(`/api/v1${path}`, options);
  }

  /** @param {any} tokens */
  keep(tokens) {
    const expires = this.now() + tokens.expires_in * 1000;
    this.storage.setItem(KEY, JSON.stringify({ ...tokens, expires }));
  }

  end() {
    this.storage.removeItem(KEY);
    this.onEnd?.();
    for (const listener of [...this.listeners]) listener();
  }
}
