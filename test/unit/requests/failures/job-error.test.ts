import { expect } from "chai";
import { BundleError } from "../../../../src/bundle/faults.ts";
import { jobError, mayPass } from "../../../../src/requests/failures/job-error.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { HomeserverError, UnexpectedAnswer } from "../../../../src/ports/homeserver/homeserver.ts";
import { StorageError } from "../../../../src/ports/storage-error.ts";
import { StoreAway } from "../../../../src/ports/store-away.ts";

const homeserver = (status: number, errcode = "M_UNKNOWN"): Error =>
  new HomeserverError(status, errcode, "words of the homeserver");
const full = Object.assign(new Error("ENOSPC: no space left on device, write '/secret/path'"), { code: "ENOSPC" });

describe("the error of a failed job", () => {
  const causes: [what: string, error: Error, words: RegExp, retry: boolean, goesOn: boolean][] = [
    ["the homeserver is away", homeserver(0), /did not answer.*goes on where it stood/, true, true],
    ["the token is refused", homeserver(401, "M_UNKNOWN_TOKEN"), /service's token.*as_token/, true, true],
    ["a right is gone", homeserver(403, "M_FORBIDDEN"), /does not allow.*invite it again/i, true, false],
    [
      "a user's limit is reached",
      homeserver(403, "M_USER_LIMIT_EXCEEDED"),
      /media_upload_limits.*goes on/,
      true,
      false,
    ],
    [
      "the invitation is blocked",
      homeserver(403, "M_INVITE_BLOCKED"),
      /room is there.*blocks invitations/,
      true,
      false,
    ],
    ["the room is gone", homeserver(404, "M_NOT_FOUND"), /does not know the room/, false, false],
    [
      "its address does not serve an endpoint",
      new UnexpectedAnswer("POST /upload", "an endpoint of that address", { status: 404, errcode: "M_UNRECOGNIZED" }),
      /answer to POST \/upload \(404 M_UNRECOGNIZED\).*lead this endpoint there.*goes on where it stood/,
      true,
      true,
    ],
    ["something is too large", homeserver(413, "M_TOO_LARGE"), /too large.*limit/, true, false],
    ["it limits requests", homeserver(429, "M_LIMIT_EXCEEDED"), /rate-limiting/, true, true],
    ["the homeserver is broken", homeserver(500), /500 M_UNKNOWN.*its log/, true, true],
    ["the homeserver says no", homeserver(400, "M_BAD_JSON"), /400 M_BAD_JSON.*operator/, false, false],
    ["the disk is full", full, /disk space.*made room/, true, false],
    ["the bundle store is away", new StorageError("away", "no answer"), /does not answer/, true, true],
    ["the database is away", new StoreAway(new Error("x")), /database does not answer/, true, true],
    ["the kept bundle is damaged", new BundleError("entry_damaged"), /damaged.*import the bundle again/i, false, false],
    ["nobody knows why", new TypeError("secret"), /did not expect.*log/, true, false],
    [
      "a rule refuses",
      new RequestError("invalid", "X", "This room is incognito."),
      /^This room is incognito\.$/,
      false,
      false,
    ],
  ];
  for (const [what, error, words, retry, goesOn] of causes)
    it(`says what happened and what to do where ${what}`, () => {
      const shown = jobError(error);
      expect(shown.error).to.match(words);
      expect(shown.error).to.not.match(/secret|words of the homeserver/);
      expect(shown.retry, "a retry helps").to.equal(retry);
      expect(mayPass(error), "keeps what was read").to.equal(goesOn);
    });
});
