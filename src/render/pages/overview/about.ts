import { isPart } from "../../../bundle/coverage.ts";
import type { CoverageLimit } from "../../../bundle/manifest/manifest.ts";
import { bytesText } from "../../../bundle/archive/bytes-text.ts";
import { safe, type Html } from "../message/html.ts";
import { nameHtml } from "../message/people.ts";
import type { RenderSource } from "../../source.ts";

const PEOPLE_SHOWN = 200;
const LEDGER_SHOWN = 200;

/** What each kind of limit leaves of the room, as docs/bundle-format.md says it. */
const LIMITS: Record<CoverageLimit["kind"], string> = {
  visibility: "It holds what the one who exported it may see.",
  date_range: "It holds the events of a range of dates.",
  senders: "It holds the events of some of the senders.",
  thread: "It holds one thread.",
  media: "The files are left out.",
  since_bundle: "It holds what came after an earlier export.",
};

/** What the bundle is: where it comes from, how complete it is, who took part, and what could not be carried. */
export function aboutHtml({ head }: Pick<RenderSource, "head">): Html {
  const { room, source, counts, coverage, decryption, senders, ledger } = head;
  const people = [...senders]
    .slice(0, PEOPLE_SHOWN)
    .map(
      ([userId, { display_name }]) =>
        safe`<li>${nameHtml({ userId, name: display_name || userId, isShared: Boolean(display_name) })}</li>`,
    );
  const entries = ledger.slice(0, LEDGER_SHOWN).map(({ message, event_id, uri }) => {
    const where = [event_id, uri].filter((each) => each !== undefined).join(" ");
    return safe`<li>${message}${where !== "" && safe` <small>${where}</small>`}</li>`;
  });
  const limits = coverage.limits.map(({ kind }) => safe` ${LIMITS[kind]}`);
  const part = isPart(coverage) ? safe`A part of the room.${limits}` : "All events of the room.";
  const holds = coverage.complete
    ? "The whole room."
    : safe`${part}${coverage.without_encrypted_files && " The files of encrypted messages are not in it."}`;
  return safe`<details class="about"><summary>About this export${isPart(coverage) && safe` <small>a part of the room</small>`}</summary><dl><dt>Room</dt><dd>${source.room_id} on ${source.server_name}</dd><dt>Exported</dt><dd>${head.exported_at} by ${head.exported_by}, with ${head.generator}</dd><dt>Holds</dt><dd>${holds} ${counts.events} events, ${counts.media_files} files (${bytesText(counts.media_bytes)})</dd>${room.imported_by !== undefined && safe`<dt>Imported</dt><dd>by ${room.imported_by}. What the import set up in the room is left out here.</dd>`}${decryption && safe`<dt>Decrypted</dt><dd>${decryption.decrypted} of ${decryption.encrypted} encrypted messages, after the export, by whoever held the keys. Nothing proves their texts and authors.</dd>`}<dt>Times</dt><dd class="zone">All times are UTC.</dd></dl><h2>People (${senders.size})</h2><ul class="people">${people}${more(senders.size - PEOPLE_SHOWN)}</ul>${
    ledger.length > 0 &&
    safe`<h2>What could not be carried (${ledger.length})</h2><ul>${entries}${more(ledger.length - LEDGER_SHOWN)}</ul>`
  }</details>`;
}

function more(count: number): Html | undefined {
  return count > 0 ? safe`<li>and ${count} more: see the bundle’s manifest</li>` : undefined;
}
