import { redactedBecause, type ClientEvent } from "../matrix/event.ts";
import { serverOf } from "../matrix/ids.ts";
import { isObject, member, objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import { IMPORTED_SENDER, ORIGIN } from "../matrix/names.ts";
import type { BundleEvent, ManifestHead } from "./manifest/manifest.ts";
import { shapes } from "./manifest/schema.ts";
import { isWrapper, restoredContent } from "./original.ts";

/** What is wrong with an event's author or origin. */
export type AuthorFault = "author_inconsistent" | "origin_invalid";

/**
 * Does everything that names the author of an event, or leads back to what it was at its origin, agree, and can it be applied
 * (docs/bundle-format.md, "Authors" and "Imported events")? Undefined: yes.
 */
export function authorFault(event: BundleEvent, source: ManifestHead["source"]): AuthorFault | undefined {
  const author = event[IMPORTED_SENDER]?.user_id;
  if (serverOf(event.sender) !== source.server_name) return author === event.sender ? undefined : "author_inconsistent";
  if (author === undefined) return undefined;
  const because = redactedBecause(event);
  return because ? redactedFault(because, author) : contentFault(event, author);
}

/** A redaction strips the event: the content of the redaction says what it was. */
function redactedFault(because: ClientEvent, author: string): AuthorFault | undefined {
  const target = objectMember(objectMember(because.content, ORIGIN), "target");
  if (!target || !shapes.originTarget(target)) return "origin_invalid";
  const named = [stringMember(target, "sender"), stringMember(objectMember(target, IMPORTED_SENDER), "user_id")];
  if (named.some((name) => name !== author)) return "author_inconsistent";
  const redactor = stringMember(objectMember(because.content, IMPORTED_SENDER), "user_id");
  return contentFault(because, redactor);
}

function contentFault({ type, content }: ClientEvent, author: string | undefined): AuthorFault | undefined {
  const block: unknown = member(content, IMPORTED_SENDER);
  const origin = member(content, ORIGIN);
  if (author === undefined || stringMember(block, "user_id") !== author) return "author_inconsistent";
  if (!isObject(origin) || !shapes.contentSender(block) || !shapes.origin(origin)) return "origin_invalid";
  return leadsBack(type, content, origin) ? undefined : "origin_invalid";
}

/** Is the original content in the event, or named by it? */
function leadsBack(type: string, content: JsonObject, origin: JsonObject): boolean {
  const isInFile = Object.hasOwn(origin, "content_uri");
  if (isWrapper(type, origin)) return shapes.wrapper(content) && (isInFile || Object.hasOwn(content, "content"));
  return isInFile || restoredContent(content, objectMember(origin, "restore")) !== undefined;
}
