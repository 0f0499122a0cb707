import type { OriginalEvent } from "../../../bundle/original.ts";
import { stringMember } from "../../../matrix/json.ts";
import type { Dress } from "./dress-message.ts";
import type { LabelStyle } from "./label.ts";

/** Decides which label a message bears: long at an author's first message, else short. */
export class Introductions {
  readonly #style: LabelStyle;
  readonly #known = new Set<string>();

  constructor(style: LabelStyle) {
    this.#style = style;
  }

  /** Call it with every event, in order, also when going on after a stop. */
  labelFor(original: OriginalEvent): Dress["label"] {
    if (this.#style !== "introduce") return this.#style === "full" ? "long" : "short";
    const msgtype = original.type === "m.room.message" ? stringMember(original.content, "msgtype") : undefined;
    const isText = msgtype === "m.text" || msgtype === "m.notice";
    if (!isText || original.redaction) return "short";
    const isFirst = !this.#known.has(original.sender);
    this.#known.add(original.sender);
    return isFirst ? "long" : "short";
  }
}
