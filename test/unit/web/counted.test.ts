import { expect } from "chai";
import { counted } from "../../../web/texts/counted.ts";

describe("texts with a number in them", () => {
  for (const [language, one, other, said] of [
    ["de", "# Raum", "# Räume", { 0: "0 Räume", 1: "1 Raum", 2: "2 Räume", 1_000_000: "1,000,000 Räume" }],
    ["fr", "# salon", "# salons", { 0: "0 salon", 1: "1 salon", 2: "2 salons", 1_000_000: "1,000,000 de salons" }],
    ["es", "# sala", "# salas", { 0: "0 salas", 1: "1 sala", 2: "2 salas", 1_000_000: "1,000,000 de salas" }],
  ] as const)
    it(`have the form of ${language}`, () => {
      const n = counted(language);
      const told = Object.fromEntries(Object.keys(said).map((count) => [count, n(Number(count), one, other)]));
      expect(told).to.deep.equal(said);
      expect(n(1200, one, other, "1 200")).to.equal(other.replace("#", "1 200"));
    });
});
