import type { Fields } from "../../input/fields.ts";
import type { Conversation } from "../../room/conversation.ts";
import { joined, linked, plain, quoted, type Said } from "../../text/html.ts";
import type { ForeignFile, ForeignReaction } from "../message.ts";
import type { SignalBook } from "./signal-desktop-book.ts";
import type { SignalMedia } from "./signal-desktop-media.ts";
import { rangedText } from "./signal-desktop-text.ts";

/** What a message is, beside where it stands. */
interface Content {
  said: Said;
  kind?: "m.text" | "m.notice";
  files?: readonly ForeignFile[];
  reactions?: readonly ForeignReaction[];
  /** key of a message */
  replyTo?: string | undefined;
}

/** Reads what the messages of a chat hold: text, files, replies, reactions. */
export class SignalContents {
  /** the key of an edited message, by those of its later wordings */
  readonly edited = new Map<string, string>();
  readonly #conversation: Conversation;
  readonly #book: SignalBook;
  readonly #media: SignalMedia;
  readonly #odd: () => void;

  constructor(conversation: Conversation, book: SignalBook, media: SignalMedia) {
    this.#conversation = conversation;
    this.#book = book;
    this.#media = media;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  /** `key`: of the message */
  content(item: Fields, key: string): Content {
    const standard = item.object("standardMessage");
    if (standard) return this.#standard(standard, key);
    const sticker = item.object("stickerMessage");
    if (sticker) {
      const about = sticker.object("sticker");
      const file = this.#media.find(about?.object("data"), `${key}/sticker`, "sticker");
      const files = [{ ...file, name: about?.anyText("emoji") ?? file.name }];
      return { said: plain(""), files, reactions: this.reactions(sticker) };
    }
    const contact = item.object("contactMessage");
    if (contact) return { said: this.#card(contact.object("contact")), reactions: this.reactions(contact) };
    const once = item.object("viewOnceMessage");
    if (once) {
      this.#conversation.ledger.count("media_seen_once");
      return { said: plain("View-once media"), kind: "m.notice", reactions: this.reactions(once) };
    }
    const story = item.object("directStoryReplyMessage");
    if (story) {
      this.#conversation.ledger.count("reply_elsewhere");
      const text = this.#text(story.object("textReply")?.object("text"));
      return { said: joined(text, plain(story.text("emoji") ?? "")), reactions: this.reactions(story) };
    }
    const payment = item.object("paymentNotification");
    if (payment) {
      const amount = `Payment: ${payment.text("amountMob") ?? "?"} MOB`;
      return { said: joined(plain(amount), plain(payment.text("note") ?? "")), kind: "m.notice" };
    }
    return { said: plain(item.has("giftBadge") ? "Gift badge" : ""), kind: "m.notice" };
  }

  #standard(message: Fields, key: string): Content {
    const text = this.#text(message.object("text"));
    const previews = message.objects("linkPreview").flatMap((preview) => preview.anyText("url") ?? []);
    this.#conversation.ledger.count("preview_left_out", previews.length);
    const files = message.objects("attachments").map((attachment, index) => {
      const kind = attachment.id("flag") === "VOICE_MESSAGE" ? "voice" : undefined;
      return this.#media.find(attachment.object("pointer"), `${key}/file/${index}`, kind);
    });
    // of a very long text only the beginning is in the message, and all of it in a file
    const long = message.object("longText");
    const whole = long ? [{ ...this.#media.find(long, `${key}/text`), name: "whole message.txt" }] : [];
    const { replyTo, words } = this.#quote(message.object("quote"));
    const said = joined(
      words,
      text,
      ...previews.filter((url) => !text.body.includes(url)).map((url) => linked(undefined, url)),
    );
    return { said, files: [...files, ...whole], reactions: this.reactions(message), replyTo };
  }

  /** A reply names the author and the time of its message. */
  #quote(quote: Fields | undefined): { replyTo?: string; words?: Said } {
    if (!quote) return {};
    const { ids, ledger } = this.#conversation;
    const author = quote.id("authorId");
    const given = `${this.#book.person(author).userId}/${quote.number("targetSentTimestamp") ?? ""}`;
    const replyTo = this.edited.get(given) ?? given;
    if (this.#conversation.has(ids.event(replyTo))) return { replyTo };
    ledger.count("reply_as_quote");
    const name = this.#book.person(author).name;
    const words = joined(name === undefined ? undefined : plain(`${name}:`), this.#text(quote.object("text")));
    return { words: quoted(words) };
  }

  /** A contact that was sent. */
  #card(contact: Fields | undefined): Said {
    const name = contact?.object("name");
    const full = ["prefix", "givenName", "middleName", "familyName", "suffix"].flatMap(
      (part) => name?.anyText(part) ?? [],
    );
    const values = (list: string): string[] =>
      (contact?.objects(list) ?? []).flatMap((each) => each.anyText("value") ?? []);
    const addresses = (contact?.objects("address") ?? []).map((address) =>
      ["street", "pobox", "neighborhood", "postcode", "city", "region", "country"]
        .flatMap((part) => address.anyText(part) ?? [])
        .join(", "),
    );
    if (contact?.has("avatar")) this.#conversation.ledger.count("detail_left_out");
    const lines = [
      full.join(" "),
      contact?.text("organization"),
      ...values("number"),
      ...values("email"),
      ...addresses,
    ];
    return plain(["Contact", ...lines.filter(Boolean)].join("\n"));
  }

  #text(text: Fields | undefined): Said {
    return rangedText(text, (aci) => this.#book.account(aci).name, this.#odd);
  }

  reactions(message: Fields): ForeignReaction[] {
    return message.objects("reactions").flatMap((reaction) => {
      const emoji = reaction.anyText("emoji");
      if (emoji === undefined) this.#odd();
      const time = reaction.number("sentTimestamp");
      return emoji === undefined ? [] : { sender: this.person(reaction.id("authorId")), emoji, time };
    });
  }

  /** Whom a frame names by a number: a user id. */
  person(id: string | undefined): string {
    const { userId, name } = this.#book.person(id);
    this.#conversation.people.meet(userId, name);
    return userId;
  }
}
