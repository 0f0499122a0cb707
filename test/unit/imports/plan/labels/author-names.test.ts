import { expect } from "chai";
import { AuthorNames, plainName } from "../../../../../src/imports/plan/labels/author-names.ts";

type People = readonly (readonly [userId: string, name: string | null])[];

/** What each of these people is called, where all of them write. */
function names(...people: People): string[] {
  const known = new AuthorNames();
  const authors = people.map(([user_id, display_name]) => ({ user_id, display_name, avatar: null }));
  for (const author of authors) known.add(author);
  return authors.map((author) => plainName(known.of(author)));
}

describe("the name that an author is shown by", () => {
  it("is the display name, or the user id where there is none", () => {
    expect(names(["@a:x", "Alice"], ["@b:x", null], ["@c:x", ""])).to.deep.equal(["Alice", "@b:x", "@c:x"]);
  });

  it("has the localpart beside it where several bear it, or one that looks like it", () => {
    expect(names(["@a:x", "Alice"], ["@b:x", "alice "], ["@c:x", "Carol"])).to.deep.equal([
      "Alice (a)",
      "alice (b)",
      "Carol",
    ]);
  });

  it("has the user id beside it where the localpart is shared, too", () => {
    expect(names(["@a:x", "Alice"], ["@a:y", "Alice"], ["@b:y", "Alice"])).to.deep.equal([
      "Alice (@a:x)",
      "Alice (@a:y)",
      "Alice (b)",
    ]);
  });

  it("is no second name where one person renames", () => {
    expect(names(["@a:x", "Alice"], ["@a:x", "Alicia"])).to.deep.equal(["Alice", "Alicia"]);
  });

  it("cannot be made to look like somebody told apart, or like somebody's id", () => {
    expect(names(["@a:x", "Alice"], ["@b:x", "Alice"], ["@eve:x", "Alice (b)"])).to.include("Alice (b) (eve)");
    expect(names(["@a:x", null], ["@eve:x", "@a:x"])).to.deep.equal(["@a:x", "@a:x (eve)"]);
    expect(names(["@a:x", "Alice"], ["@eve:x", "@a:x"])).to.deep.equal(["Alice", "@a:x (eve)"]);
    expect(names(["@a:x", "Alice (a)"])).to.deep.equal(["Alice (a)"]);
  });

  describe("where they are somebody of this homeserver", () => {
    async function here(locals: Record<string, string>, ...people: People): Promise<string[]> {
      const known = new AuthorNames();
      const authors = people.map(([user_id, display_name]) => ({ user_id, display_name, avatar: null }));
      for (const author of authors) known.add(author);
      await known.findLocals(async (userId) => locals[userId]);
      expect([...known.locals]).to.deep.equal([...new Set(Object.values(locals))]);
      return authors.map((author) => plainName(known.of(author)));
    }

    it("has their user id there beside it, whoever else bears the name", async () => {
      const alice = ["@a:x", "Alice"] as const;
      expect(await here({ "@a:x": "@alice:here" }, alice, ["@b:x", "Alice"])).to.deep.equal([
        "Alice (@alice:here)",
        "Alice (b)",
      ]);
      expect(await here({ "@a:x": "@alice:here" }, ["@a:x", "@alice:here"])).to.deep.equal(["@alice:here"]);
    });

    it("is no name that anybody else can take", async () => {
      const eve = await here(
        { "@a:x": "@alice:here" },
        ["@a:x", "Alice"],
        ["@eve:x", "Alice (@alice:here)"],
        ["@m:x", "@alice:here"],
      );
      expect(eve.slice(1)).to.deep.equal(["Alice (@alice:here) (eve)", "@alice:here (m)"]);
    });
  });
});
