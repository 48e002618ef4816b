// <pl-members>: who else is in a call: mute and remove each; the consultation, with its end either way.
import { css, html, nothing } from "../vendor/lit.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import { t } from "./words.js";

export class Members extends DeskElement {
  static properties = { card: { attribute: false } };
  static styles = [
    DeskElement.styles,
    css`
      ul {
        display: grid;
        gap: 1px;
        overflow: hidden;
        background: var(--pl-line);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius-small);
      }
      li {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        min-block-size: 2.5rem;
        padding-inline: var(--pl-3) var(--pl-1);
        background: var(--pl-surface);
      }
      .name {
        flex: 1;
      }
      .consult {
        display: grid;
        gap: var(--pl-2);
        padding: var(--pl-3);
        background: var(--pl-accent-faint);
        border-radius: var(--pl-radius-small);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--pl-2);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../core/calls.js").Card} */
    this.card = /** @type {any} */ (undefined);
  }

  /** @param {import("../core/calls.js").Member} member */
  #name(member) {
    const colleague = this.state.team.find((one) => one.user_id === member.userId || one.extension === member.number);
    return colleague?.name ?? readable(member.number);
  }

  /** @param {import("../core/calls.js").Member} member */
  #row(member) {
    const name = this.#name(member);
    const path = `members/${encodeURIComponent(member.channelId)}`;
    const mute = () => this.run(path, () => this.desk.act(this.card, `${path}/mute`, { on: !member.muted }));
    const remove = () => this.run(path, () => this.desk.act(this.card, path, undefined, "DELETE"));
    return html`<li>
      <span class="name cut">${name}</span>
      ${member.ringing ? html`<span class="muted small">${t("memberRings")}</span>` : nothing}
      ${member.ringing
        ? nothing
        : html`<pl-button look="quiet" size="icon" icon=${member.muted ? "micOff" : "mic"} .pressed=${member.muted}
            label=${t(member.muted ? "memberUnmute" : "memberMute", { name })} @click=${mute}></pl-button>`}
      <pl-button look="quiet" tone="bad" size="icon" icon="close" label=${t("memberRemove", { name })} @click=${remove}></pl-button>
    </li>`;
  }

  #consult() {
    const { consult } = this.card;
    if (!consult) return nothing;
    const order = (/** @type {string} */ what) => this.run(what, () => this.desk.act(this.card, `consult/${what}`));
    return html`<div class="consult" role="group" aria-label=${t("consultWith", { name: this.#name(consult) })}>
      <b>${t("consultWith", { name: this.#name(consult) })}</b>
      ${consult.ringing ? html`<span class="muted small">${t("memberRings")}</span>` : nothing}
      <div class="buttons">
        <pl-button size="small" look="main" icon="merge" ?disabled=${consult.ringing} ?busy=${this.busy === "complete"} @click=${() => order("complete")}>${t("complete")}</pl-button>
        <pl-button size="small" icon="swap" ?disabled=${consult.ringing} ?busy=${this.busy === "swap"} @click=${() => order("swap")}>${t("swap")}</pl-button>
        <pl-button size="small" icon="arrowLeft" ?busy=${this.busy === "cancel"} @click=${() => order("cancel")}>${t("backToCaller")}</pl-button>
      </div>
    </div>`;
  }

  render() {
    const { members } = this.card;
    return html`${this.#consult()}
    ${members.length > 1 ? html`<ul aria-label=${t("members")}>${members.map((one) => this.#row(one))}</ul>` : nothing}`;
  }
}

customElements.define("pl-members", Members);
