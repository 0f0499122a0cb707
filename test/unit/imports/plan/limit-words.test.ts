import { expect } from "chai";
import type { CoverageLimit } from "../../../../src/bundle/manifest/manifest.ts";
import { limitWords } from "../../../../src/imports/plan/limit-words.ts";

describe("the words for a part of a conversation", () => {
  const cases: [CoverageLimit, string][] = [
    [{ kind: "visibility", user_id: "@a:x" }, "only what the person who exported it could see"],
    [{ kind: "date_range", since: 0 }, "only what was sent from 1970-01-01"],
    [
      { kind: "date_range", since: 0, until: 1500 },
      "only what was sent from 1970-01-01 and before 1970-01-01T00:00:01.500Z",
    ],
    [{ kind: "date_range", until: 1e20 }, "only what was sent in a range of dates"],
    [{ kind: "senders", excluded: ["@a:x"] }, "without what some people wrote"],
    [{ kind: "senders", senders: ["@a:x", "@b:x"] }, "only what @a:x, @b:x sent"],
    [{ kind: "senders", senders: ["1", "2", "3", "4", "5", "6", "7"] }, "only what 1, 2, 3, 4, 5 and 2 more sent"],
    [{ kind: "senders", senders: [7] }, "only what some people sent"],
    [{ kind: "thread", event_id: "$t" }, "only one thread"],
    [{ kind: "media" }, "without files"],
    [{ kind: "since_bundle" }, "only what came after an earlier export"],
  ];
  for (const [limit, words] of cases)
    it(`are "${words}"`, () => {
      expect(limitWords(limit)).to.equal(words);
    });
});
