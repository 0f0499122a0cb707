import type { CoverageLimit } from "../../../bundle/manifest/manifest.ts";
import { ConvertError } from "../../convert-error.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";

/** What a document of DiscordChatExporter says before its messages. */
export interface DiscordHead {
  id: string;
  name: string | undefined;
  topic: string | undefined;
  category: string | undefined;
  guild: string | undefined;
  isDirect: boolean;
  limits: CoverageLimit[];
  /** newest first */
  isReversed: boolean;
}

const ignore = (): void => undefined;

/** Undefined where it is no such document. Of the messages only the first two are looked at. */
export async function headOf(document: ExportFile): Promise<DiscordHead | undefined> {
  let guild: Fields | undefined;
  let channel: Fields | undefined;
  let range: Fields | undefined;
  const first: string[] = [];
  const pieces = jsonPieces(document.read(), { members: ["guild", "channel", "dateRange"], lists: ["messages"] });
  try {
    for await (const { name, index, value } of pieces) {
      const fields = Fields.of(value, ignore);
      if (index !== undefined) first.push(fields?.id("id") ?? "");
      else if (name === "guild") guild = fields;
      else if (name === "channel") channel = fields;
      else range = fields;
      if (first.length > 1 && guild && channel) break;
    }
  } catch (error) {
    // what is cut in the middle is an export none the less, if a damaged one
    if (!(error instanceof ConvertError) || !guild || !channel) throw error;
  }
  const id = channel?.id("id");
  if (!channel || !guild || id === undefined) return undefined;
  const [since, until] = [range?.text("after"), range?.text("before")].map((date) => Date.parse(date ?? ""));
  const limit: CoverageLimit = {
    kind: "date_range",
    ...(since !== undefined && !Number.isNaN(since) && { since }),
    ...(until !== undefined && !Number.isNaN(until) && { until }),
  };
  return {
    id,
    name: channel.anyText("name"),
    topic: channel.anyText("topic"),
    category: channel.anyText("category"),
    guild: guild.anyText("name"),
    isDirect: channel.text("type") === "DirectTextChat",
    limits: Object.keys(limit).length > 1 ? [limit] : [],
    isReversed: isBefore(first[1], first[0]),
  };
}

/** Discord's ids grow with time. */
function isBefore(id: string | undefined, other: string | undefined): boolean {
  const isId = (text: string | undefined): text is string => text !== undefined && /^\d{1,20}$/.test(text);
  return isId(id) && isId(other) && BigInt(id) < BigInt(other);
}
