import type { ReactNode } from "react";
import { bytes, dayAndTime, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { English } from "../ui/sentence.tsx";
import type { HomeserverReport } from "./admin-api.ts";

/** What the homeserver says of itself, and what it was seen to do, each with its name. */
export function capabilityFacts(found: HomeserverReport): [string, ReactNode][] {
  const { software, spec_versions: spec, room_versions: rooms, probed_at: at, redaction } = found;
  const words = t.admin.homeserver;
  const stable = rooms.available.filter(({ stability }) => stability === "stable");
  const versions = stable.map(({ version }) => version).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  /** the capability in words, and why it is missing or unknown */
  const told = (name: keyof HomeserverReport, text: string): ReactNode => {
    const reason = found.reasons[name];
    return (
      <>
        {text}
        {reason !== undefined && (
          <>
            {" "}
            <English className="soft">{reason}</English>
          </>
        )}
      </>
    );
  };
  const seen = (name: "dated_events" | "dated_state" | "durable_transactions" | "bundled_edits"): ReactNode =>
    told(name, yesOrNo(found[name]));
  return [
    [words.software, software ?? words.unknown],
    [words.spec, spec.length === 0 ? words.unknown : span(spec)],
    [words.defaultRoom, rooms.default ?? words.unknown],
    [words.rooms, versions.length === 0 ? words.unknown : versions.join(", ")],
    [words.probed, at === null ? words.never : dayAndTime(at)],
    [words.api, told("admin_api", adminApi(found))],
    [words.dates, seen("dated_events")],
    [words.datedState, seen("dated_state")],
    [words.redactions, told("redaction", redaction === null ? words.notKnown : words.redaction[redaction])],
    [words.transactions, seen("durable_transactions")],
    [words.edits, seen("bundled_edits")],
    [words.ids, told("state_event_ids", yesOrNo(found.state_event_ids))],
    [words.media, told("media", yesOrNo(found.media))],
    [words.uploads, told("upload_limit", found.upload_limit === null ? words.notKnown : bytes(found.upload_limit))],
    [words.pages, told("page_limit", pageLimit(found))],
    [words.forget, told("forget", yesOrNo(found.forget))],
  ];
}

function yesOrNo(value: boolean | null): string {
  if (value === null) return t.admin.homeserver.notKnown;
  return value ? t.admin.homeserver.good : t.admin.homeserver.bad;
}

function adminApi({ admin_api: api, reasons }: HomeserverReport): string {
  // without a token there is nothing to tell
  if (api === null)
    return reasons["admin_api"] === undefined ? t.admin.homeserver.apiAbsent : t.admin.homeserver.notKnown;
  return api === "none" ? t.admin.homeserver.apiNone : t.admin.homeserver.apiWorks;
}

function pageLimit({ page_limit: limit, reasons }: HomeserverReport): string {
  if (limit !== null) return number(limit);
  return reasons["page_limit"] === undefined ? t.admin.homeserver.notKnown : "";
}

function span(versions: readonly string[]): string {
  const [first = "", last = ""] = [versions[0], versions.at(-1)];
  return first === last ? first : `${first} – ${last}`;
}
