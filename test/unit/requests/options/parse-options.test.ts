import { expect } from "chai";
import { feedOptions } from "../../../../src/feed/options.ts";
import { exportNowOptions, exportOptions } from "../../../../src/exports/options.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import type { Options } from "../../../../src/requests/options/option.ts";
import { fromTexts, parseOptions, requireObject } from "../../../../src/requests/options/parse-options.ts";
import { memberOptions, newRoomOptions, policyChanges } from "../../../../src/rooms/options.ts";

function wrong(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RequestError) return `${error.errcode} ${error.message}`;
    throw error;
  }
  return "nothing";
}

describe("the options of a request", () => {
  it("name the option, the wrong value and what was expected", () => {
    const refused: [Options, object, string][] = [
      [exportOptions, { since: "yesterday" }, "since: expected a date such as 2026-11-22, or a time with its offset"],
      [exportOptions, { since: "yesterday" }, 'not "yesterday"'],
      [exportOptions, { since: "2026-02-02", until: "2026-02-01" }, "until: expected a moment after that of since"],
      [exportOptions, { media: "maybe" }, 'media: expected true or false, not "maybe"'],
      [exportOptions, { thread: "t" }, 'thread: expected an event id, such as $abc, not "t"'],
      [exportOptions, { senders: "@a:x,ann" }, 'senders: expected a user id, such as @ann:example.org, not "ann"'],
      [exportOptions, { senders: Array<string>(101).fill("@a:x").join() }, "senders: expected at most 100 items"],
      [exportOptions, { thread: ["$a", "$b"] }, 'thread: expected one text, not ["$a","$b"]'],
      [exportOptions, { sinse: "x" }, "sinse: unknown parameter; known: media, viewer, since"],
      [exportNowOptions, { progress: "abc" }, "progress: expected live- and 16 to 64 random"],
      [feedOptions, { limit: "1001" }, "limit: expected at most 1000, not 1001"],
      [feedOptions, { limit: "1.5" }, "limit: expected a whole number, not 1.5"],
      [feedOptions, { limit: "many" }, 'limit: expected a number, not "many"'],
      [newRoomOptions, { name: "x", scope_kind: "secret" }, 'scope_kind: expected normal or incognito, not "secret"'],
    ];
    for (const [options, texts, words] of refused)
      expect(wrong(() => parseOptions(options, fromTexts(options, texts as Record<string, string>)))).to.include(words);
    expect(wrong(() => parseOptions(memberOptions, {}))).to.match(
      /^M_MISSING_PARAM user_id: missing; expected one text/,
    );
    expect(wrong(() => parseOptions(policyChanges, {}))).to.equal(
      "M_INVALID_PARAM Expected at least one rule to change",
    );
    expect(wrong(() => requireObject([]))).to.match(/^M_BAD_JSON /);
  });

  it("shows long values cut, and of an unknown parameter its name alone", () => {
    const message = wrong(() => parseOptions(exportOptions, { thread: "t".repeat(5000), access_token: "secret" }));
    expect(message.length).to.be.below(300);
    expect(wrong(() => parseOptions(exportOptions, { access_token: "secret" }))).to.not.include("secret");
  });

  it("have their defaults, and stay what they are through JSON", () => {
    expect(parseOptions(feedOptions, {})).to.deep.equal({ limit: 100 });
    expect(parseOptions(newRoomOptions, { name: "x" })).to.deep.equal({
      name: "x",
      scope_kind: "normal",
      read_role_slugs: [],
      invite: [],
    });
  });
});
