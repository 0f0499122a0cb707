import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import type { OriginalEvent } from "../../bundle/original.ts";
import { stringMember } from "../../matrix/json.ts";
import type { Dress } from "./dress-message.ts";
import type { LabelStyle } from "./label.ts";
import { nameOf } from "../../bundle/profiles.ts";
import type { Survey } from "../replay/survey.ts";

/** Decides which label a message bears: long at an author's first message and where two authors share a name, else short. */
export class Introductions {
  readonly #style: LabelStyle;
  readonly #survey: Survey;
  readonly #known = new Set<string>();

  constructor(style: LabelStyle, survey: Survey) {
    this.#style = style;
    this.#survey = survey;
  }

  /** Call it with every event, in order, also when going on after a stop. */
  labelFor(original: OriginalEvent, author: ImportedSender): Dress["label"] {
    if (this.#style !== "introduce") return this.#style === "full" ? "long" : "short";
    const msgtype = original.type === "m.room.message" ? stringMember(original.content, "msgtype") : undefined;
    const isText = msgtype === "m.text" || msgtype === "m.notice";
    if (!isText || original.redaction) return "short";
    const isFirst = !this.#known.has(original.sender);
    this.#known.add(original.sender);
    return isFirst || this.#survey.isShared(nameOf(author)) ? "long" : "short";
  }
}
