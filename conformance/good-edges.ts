import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { signatureComment } from "../src/bundle/signature.ts";
import { isObject, type JsonObject } from "../src/matrix/json.ts";
import { soundArchiveEdges } from "../test/support/hostile/archive-edges.ts";
import { at, type Base } from "../test/support/hostile/base.ts";
import { eventOf, keyed } from "../test/support/hostile/manifest-edges.ts";

/** What stands before the 32 bytes of an ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** Bundles at the edge of what is allowed, or with something that means nothing. */
export function goodEdges(base: Base): { what: string; make: () => Buffer }[] {
  const changed = (change: (manifest: JsonObject) => unknown) => (): Buffer =>
    base.changed((manifest) => void change(manifest));
  const redaction = (manifest: JsonObject): JsonObject => at(manifest, "events", 8, "unsigned", "redacted_because");
  const commented = (comment: Buffer) => (): Buffer => base.repacked(() => undefined, { comment });
  const signature = signed(base);
  const cases: [string, () => Buffer][] = [
    [
      "a type that is counted 0 times",
      changed((m) => Object.assign(at(m, "counts", "by_type"), { "org.example.x": 0 })),
    ],
    [
      "a redaction whose redacts is a number",
      changed((m) => Object.assign(at(redaction(m), "content"), { redacts: 7 })),
    ],
    ["an event of 1,048,576 bytes, at the edge of what is allowed", () => eventOf(base, 1_048_576)],
    ["a key of 4,096 bytes, at the edge of what is allowed", () => keyed(base, "é".repeat(2048))],
    ["a key of 682 escapes, at the edge of what is allowed", () => keyed(base, "\\u0061".repeat(682))],
    ["an inner block whose user is of 262 bytes", changed((m) => Object.assign(at(redaction(m), "content"), LONG))],
    [
      "a state event whose redaction was redacted in turn",
      changed((m) => Object.assign(at(m, "state", 1), without("redacts", redaction(m)))),
    ],
    ["a right signature", commented(signature)],
    ["a right signature but for a byte that is not UTF-8", commented(broken(signature))],
    ["a wrong signature in a comment that is not UTF-8", commented(broken(Buffer.from(WRONG)))],
    ["a wrong signature in a comment nested too deeply", commented(Buffer.from(`${WRONG.slice(0, -1)}${DEEP}}`))],
  ];
  return [...cases.map(([what, make]) => ({ what, make })), ...soundArchiveEdges(base)];
}

const LONG: JsonObject = { _imported_sender: { user_id: `@${"é".repeat(127)}:old.test` } };
const WRONG = '{"type":"io.roomporter.signature"}';
const DEEP = `,"x":${"[".repeat(1001)}${"]".repeat(1001)}`;

function without(name: string, because: JsonObject): JsonObject {
  const content = Object.fromEntries(
    Object.entries(isObject(because["content"]) ? because["content"] : {}).filter(([key]) => key !== name),
  );
  return { content: {}, unsigned: { redacted_because: { ...because, content } } };
}

/** The comment that a service would write. Its key is the same on every run. */
function signed(base: Base): Buffer {
  const manifest = base.entries()[0]?.data ?? Buffer.alloc(0);
  const der = Buffer.concat([PKCS8_HEAD, Buffer.alloc(32, 7)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
  const signer = { publicKey, sign: (message: Buffer) => sign(null, message, key) };
  return signatureComment(signer, "bundle manifest.json", createHash("sha256").update(manifest).digest("hex"));
}

/** With a member that holds a byte which is no UTF-8. */
function broken(comment: Buffer): Buffer {
  return Buffer.concat([comment.subarray(0, -1), Buffer.from(',"x":"'), Buffer.from([0xff]), Buffer.from('"}')]);
}
