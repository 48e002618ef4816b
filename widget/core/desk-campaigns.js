// Campaigns at the operator's desk: the client shown before a call, the client of a call, what came of it. No DOM.
import { Store } from "./store.js";

/** @typedef {import("./calls.js").Card} Card */
/** What an operator may say of a call. @typedef {{id: string, code: string, title: string, title_en: string, meaning: string, place: number}} Disposition */
/** A client of a campaign as the desk shows it. `until`: when a client who is shown is let go; `saved`: the disposition that was given.
 * @typedef {{attemptId: string, campaignId: string, campaign: string, name: string, number: string, portrait: [string, string][],
 *   answers: [string, string][], script: string, until: number|null, skip: boolean, required: boolean, dispositions: Disposition[],
 *   saved: string|null, note: string, callbackAt: string|null}} Client */
/** @typedef {{preview: Client|null, clients: Record<string, Client>, due: Client[]}} CampaignState
 *   `clients` by call; `due`: calls that are over and of which nothing has been said. */

export const TOPIC = "campaigns";
export const RIGHTS = ["campaigns.own"];
/** What a client chose to hear later is called at. */
export const CALLBACK = "callback";
/** Stages in which the operator has talked, so that there is something to say of the call. */
const TALKED = new Set(["talking", "held", "waiting"]);
/** Names that are ours and no columns of the list. */
const OURS = new Set(["campaign_id", "lead_id", "attempt_id", "name", "phone", "external_id"]);

export class DeskCampaigns {
  /** Calls in which this operator has been on the line. @type {Set<string>} */
  #talked = new Set();
  /** Changes that the feed has told. */
  #told = 0;
  /** @type {Promise<Disposition[]>|null} */
  #all = null;

  /** @param {(method: string, path: string, body?: any) => Promise<any>} request @param {() => string|undefined} userId */
  constructor(request, userId) {
    this.request = request;
    this.userId = userId;
    /** @type {Store<CampaignState>} */
    this.store = new Store({ preview: /** @type {Client|null} */ (null), clients: /** @type {Record<string, Client>} */ ({}), due: /** @type {Client[]} */ ([]) });
  }

  get state() {
    return this.store.value;
  }

  /** @param {string|null} callId @returns {Client|null} */
  of(callId) {
    return (callId && this.state.clients[callId]) || null;
  }

  /** Read who is shown now, and whom this operator talks to. */
  async load() {
    const before = this.#told;
    const desk = await this.request("GET", "/me/preview").catch(() => null);
    // What the feed told meanwhile is newer.
    if (before === this.#told) this.store.set({ preview: desk?.preview ? clientOf(desk.preview) : null });
    if (desk?.card) this.#keep(desk.card.attempt_id, desk.card);
  }

  /** Take one message of the feed in. @param {{type: string, kind: string, key: string, data: any}} message */
  take({ type, kind, key, data }) {
    if (type !== "change") return;
    const mine = key === this.userId();
    this.#told += 1;
    if (kind === "preview" && mine) this.store.set({ preview: clientOf(data) });
    else if (kind === "preview_over" && mine) this.store.set({ preview: null });
    else if (kind === "card" && (data.user_id ?? this.userId()) === this.userId()) this.#keep(key, data);
    else if (kind === "attempt" && data.disposition_id) this.#said(data.attempt_id ?? key, data.disposition_id);
  }

  /** @param {string} callId @param {any} data */
  #keep(callId, data) {
    const client = { ...clientOf(data), saved: this.of(callId)?.saved ?? data.disposition_id ?? null };
    this.store.set({ clients: { ...this.state.clients, [callId]: client }, preview: this.state.preview?.attemptId === client.attemptId ? null : this.state.preview });
  }

  /** The calls on the screen: of one that is over, and that was talked in, something is to be said. @param {Card[]} cards */
  follow(cards) {
    for (const card of cards) if (card.callId && TALKED.has(card.stage) && !card.mode) this.#talked.add(card.callId);
    const known = new Set(cards.map((card) => card.callId));
    const over = Object.keys(this.state.clients).filter((id) => !known.has(id) && this.#talked.has(id));
    if (!over.length) return;
    const clients = { ...this.state.clients };
    const due = [...this.state.due];
    for (const id of over) {
      if (!clients[id].saved) due.push(clients[id]);
      delete clients[id];
      this.#talked.delete(id);
    }
    this.store.set({ clients, due });
  }

  /** Whether a call is over of which the campaign wants to hear something. */
  get owes() {
    return this.state.due.some((one) => one.required);
  }

  /** Call the client who is shown. */
  start() {
    return this.#decide("start");
  }

  /** Let the client go by. */
  skip() {
    return this.#decide("skip");
  }

  /** @param {"start"|"skip"} what */
  async #decide(what) {
    const { preview } = this.state;
    if (!preview) return;
    await this.request("POST", `/me/preview/${preview.attemptId}/${what}`);
    if (this.state.preview?.attemptId === preview.attemptId) this.store.set({ preview: null });
  }

  /** What may be said of a client's call, in its order. @param {Client} client @returns {Promise<Disposition[]>} */
  async dispositions(client) {
    if (client.dispositions.length) return client.dispositions;
    this.#all ??= this.request("GET", `/dispositions?campaign_id=${client.campaignId}`).then((answer) => answer.items.filter((/** @type {any} */ one) => one.enabled !== false));
    try {
      const all = await this.#all;
      return all.filter((/** @type {any} */ one) => !one.campaign_id || one.campaign_id === client.campaignId).sort((a, b) => a.place - b.place);
    } catch (error) {
      this.#all = null;
      throw error;
    }
  }

  /**
   * Say what came of a call.
   * @param {Client} client @param {{dispositionId: string, note: string, callbackAt: string|null, forMe?: boolean}} said
   *   `callbackAt`: ISO 8601; `forMe`: this operator will call
   */
  async say(client, { dispositionId, note, callbackAt, forMe = false }) {
    const body = { disposition_id: dispositionId, note, ...(callbackAt ? { callback_at: callbackAt, for_me: forMe } : {}) };
    await this.request("POST", `/attempts/${client.attemptId}/disposition`, body);
    this.#said(client.attemptId, dispositionId);
  }

  /** Nothing is to be said of a call, where the campaign does not ask for it. @param {Client} client */
  dismiss(client) {
    if (!client.required) this.#drop(client.attemptId);
  }

  /** @param {string} attemptId @param {string} dispositionId */
  #said(attemptId, dispositionId) {
    const entries = Object.entries(this.state.clients);
    const clients = Object.fromEntries(entries.map(([id, one]) => [id, one.attemptId === attemptId ? { ...one, saved: dispositionId } : one]));
    this.store.set({ clients });
    this.#drop(attemptId);
  }

  /** @param {string} attemptId */
  #drop(attemptId) {
    this.store.set({ due: this.state.due.filter((one) => one.attemptId !== attemptId) });
  }

  reset() {
    this.#talked.clear();
    this.#all = null;
    this.store.set({ preview: null, clients: {}, due: [] });
  }
}

/** @param {any} data what the feed tells of a client @returns {Client} */
export function clientOf(data) {
  const { campaign = {} } = data;
  const portrait = entries(data.portrait);
  const client = {
    attemptId: data.attempt_id,
    campaignId: campaign.id ?? "",
    campaign: campaign.name ?? "",
    name: data.name ?? "",
    number: data.address ?? "",
    portrait,
    answers: entries(data.answers),
    until: data.until ? Date.parse(data.until) : null,
    skip: data.may_skip ?? false,
    required: campaign.disposition_required ?? false,
    dispositions: [...(data.dispositions ?? [])].sort((a, b) => a.place - b.place),
    saved: data.disposition_id ?? null,
    note: data.note ?? "",
    callbackAt: data.callback_at ?? null,
  };
  return { ...client, script: filled(campaign.script ?? "", { ...Object.fromEntries(portrait), name: client.name, phone: client.number }) };
}

/** Fields that have a value, as words. @param {any} fields @returns {[string, string][]} */
export function entries(fields) {
  return Object.entries(fields ?? {})
    .filter(([name, value]) => !OURS.has(name) && value !== null && value !== "")
    .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
}

/** A text with its `{{ variables }}` replaced; unknown ones are left out. @param {string} text @param {Record<string, string>} values */
export function filled(text, values) {
  return text.replace(/\{\{\s*([\w.а-яё-]+)\s*\}\}/giu, (_all, name) => values[name] ?? "");
}

/**
 * Whether an INVITE asks the phone to answer by itself: `Call-Info: <...>;answer-after=0`, or an Alert-Info that says so.
 * @param {string|undefined} callInfo @param {string|undefined} alertInfo
 */
export function asksToAnswer(callInfo, alertInfo) {
  return /;\s*answer-after\s*=\s*0\b/i.test(callInfo ?? "") || /info\s*=\s*"?(alert-autoanswer|auto-answer)/i.test(alertInfo ?? "");
}
