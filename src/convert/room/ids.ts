import { hash } from "node:crypto";

/** Longest name that is taken over as it is; ids may be 255 bytes long (appendices, "Common identifier format"). */
const PLAIN = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/**
 * Ids for what has none in Matrix, on a server that does not exist (`.invalid`, RFC 2606). They depend on nothing but the ids in
 * the export, so that the same export gives the same bundle. A name that cannot stand in an id becomes `=` and a hash: no plain
 * name begins with that, so two different names never get the same id.
 */
export class Ids {
  readonly server: string;
  readonly roomId: string;
  /** its id in the export */
  readonly conversation: string;

  constructor(server: string, roomId: string, conversation = roomId) {
    this.server = server;
    this.roomId = roomId;
    this.conversation = conversation;
  }

  /** `conversation`: its id in the export */
  static of(server: string, conversation: string): Ids {
    return new Ids(server, `!${localpart(conversation)}:${server}`, conversation);
  }

  user(sourceId: string): string {
    return `@${localpart(sourceId)}:${this.server}`;
  }

  /** One account may speak under several names, such as a webhook: each is somebody of their own. */
  persona(sourceId: string, name: string): string {
    return `@${localpart(sourceId).slice(0, 60)}=${hexOf("persona", name).slice(0, 16)}:${this.server}`;
  }

  /** `key`: what tells the event apart from all others of the conversation */
  event(key: string): string {
    return `$${hash("sha256", JSON.stringify([this.roomId, key]), "base64url")}`;
  }

  /** The address of a file by what tells it apart. */
  file(key: string): string {
    return `mxc://${this.server}/${hexOf("file", key)}`;
  }
}

function localpart(name: string): string {
  return PLAIN.test(name) ? name : `=${hexOf("name", name).slice(0, 32)}`;
}

function hexOf(...parts: string[]): string {
  return hash("sha256", JSON.stringify(parts));
}
