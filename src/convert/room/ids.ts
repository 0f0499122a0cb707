import { createHash } from "node:crypto";

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

  constructor(server: string, roomId: string) {
    this.server = server;
    this.roomId = roomId;
  }

  /** `conversation`: its id in the export */
  static of(server: string, conversation: string): Ids {
    return new Ids(server, `!${localpart(conversation)}:${server}`);
  }

  user(sourceId: string): string {
    return `@${localpart(sourceId)}:${this.server}`;
  }

  /** `key`: what tells the event apart from all others of the conversation */
  event(key: string): string {
    return `$${hash(this.roomId, key).toString("base64url")}`;
  }

  /** The address of a file by what tells it apart. */
  file(key: string): string {
    return `mxc://${this.server}/${hash("file", key).toString("hex")}`;
  }
}

function localpart(name: string): string {
  return PLAIN.test(name) ? name : `=${hash("name", name).toString("hex").slice(0, 32)}`;
}

function hash(...parts: string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}
