import { expect } from "chai";
import { en } from "../../../web/texts/en/en.ts";
import { de } from "../../../web/texts/de/de.ts";
import { es } from "../../../web/texts/es/es.ts";
import { fr } from "../../../web/texts/fr/fr.ts";

type Tell = (...given: unknown[]) => unknown;

/** What may be the same as in English. */
const SAME = [
  ...["Roomporter", "Markdown", "Import", "Export", "Space", "Name", "Heap", "AdminAPI", "annexampleorg"],
  ...["Options", "Signature", "message", "messages", "Conversion", "Roles", "Incognito", "Public", "Exports"],
  ...["Administration", "Action"],
];
const NUMBERS = [0, 1, 2, 21, 1200];

/** Every text by the path of its key; what a function says by its arguments, too: names, numbers, yes and no. */
function allTexts(texts: object, path = ""): Map<string, { said: string; given: string[] }> {
  const found = new Map<string, { said: string; given: string[] }>();
  for (const [key, text] of Object.entries(texts) as [string, string | Tell | object][]) {
    if (typeof text === "string") found.set(path + key, { said: text, given: [] });
    else if (typeof text === "object")
      for (const [below, each] of allTexts(text, `${path}${key}.`)) found.set(below, each);
    else {
      const names = Array.from({ length: text.length }, (_, index) => `<${String(index)}>`);
      const [, ...others] = names;
      for (const given of [names, ...[...NUMBERS, true, false].map((first) => [first, ...others])])
        found.set(`${path}${key}(${given.join(", ")})`, {
          said: String(text(...given)),
          given: given.filter((each) => typeof each === "string" || typeof each === "number").map(String),
        });
    }
  }
  return found;
}

const digitsJoined = (text: string): string => text.replaceAll(/(?<=\d)[\p{Zs}.,’'](?=\d)/gu, "");
/** Without what was given: the words of the page alone. */
const wordsOf = (text: string): string => text.replaceAll(/<\d>|true|false|[^\p{L}]/gu, "");
const endOf = (text: string): string => /[.…:?]$/.exec(text)?.[0] ?? "";

const english = allTexts(en);
const rules = {
  de: [/["']|(?<!„[^“]*)“|[‚‘’]/, "quotes are „…“, and no apostrophe is straight"],
  fr: [
    /["']|(?<![\u202f\d<])[;!?»]|(?<!\u202f):(?!\/)|«(?!\u202f)/,
    "U+202F before : ; ! ? and within « », ’ for apostrophes",
  ],
  es: [/["']|^[^¿]*\?|[“”]/, "¿…? and «…»"],
} as const;

for (const [language, texts] of Object.entries({ de, es, fr }))
  describe(`the page's texts in ${language}`, () => {
    const all = allTexts(texts);

    it("are there for every key, and for no other", () => {
      expect(texts.language).to.equal(language);
      expect([...all.keys()]).to.have.members([...english.keys()]);
    });

    it("are not English", () => {
      const left = [...all].filter(([path, { said }]) => {
        const words = wordsOf(said);
        return words.length > 2 && !SAME.includes(words) && words === wordsOf(english.get(path)?.said ?? "");
      });
      expect(left.map(([path, { said }]) => `${path}: ${said}`)).to.deep.equal([]);
    });

    it("say whatever the English ones say of their arguments, and end like them", () => {
      const missing = [...english].flatMap(([path, { said, given }]) => {
        const told = digitsJoined(all.get(path)?.said ?? "");
        return [
          ...given
            .filter((each) => said.includes(each) && !told.includes(each))
            .map((each) => `${path}: ${each} in ${told}`),
          ...(endOf(told) === endOf(said) ? [] : [`${path}: the end of ${told}`]),
        ];
      });
      expect(missing).to.deep.equal([]);
    });

    it("follow the language's typography", () => {
      const [wrong, rule] = rules[language as keyof typeof rules];
      const against = [...all].filter(
        ([, { said }]) =>
          wrong.test(said.replaceAll(/@\S+:\S+/g, "")) || said.includes("...") || /^\s|\s$|\s\s/.test(said),
      );
      expect(
        against.map(([path, { said }]) => `${path}: ${said}`),
        rule,
      ).to.deep.equal([]);
    });
  });
