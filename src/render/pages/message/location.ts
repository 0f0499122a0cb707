import { objectMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { bodyText } from "../../words/message-text.ts";
import { safe, type Html } from "./html.ts";

const GEO = /^geo:(-?\d{1,2}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)(?:[,;]|$)/;
/** What clients write for programs that know no locations. */
const GENERATED = /\s*(?:Location(?: was shared at)?:?)?\s*geo:\S+(?: as of [\d:TZ.-]+)?\s*$/i;

/** A location: its words, and a link to a map where its coordinates are some. */
export function locationHtml(content: JsonObject): Html {
  const uri = stringMember(content, "geo_uri") ?? "";
  const described = objectMember(content, "org.matrix.msc3488.location") ?? objectMember(content, "m.location");
  const words = stringMember(described, "description") || bodyText(content).replace(GENERATED, "");
  const [, latitude, longitude] = GEO.exec(uri) ?? [];
  const place =
    latitude === undefined || longitude === undefined
      ? safe`<code>${uri}</code>`
      : safe`<a href="https://www.openstreetmap.org/?mlat=${latitude}&amp;mlon=${longitude}#map=16/${latitude}/${longitude}" rel="noreferrer noopener" target="_blank" title="${uri}">${latitude}, ${longitude}</a>`;
  return safe`<div class="text plain">${words || "Location"}</div><p class="location">${place}</p>`;
}
