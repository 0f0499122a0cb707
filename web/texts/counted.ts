import { number } from "./format.ts";

/**
 * Gives texts with a number in them: `#` is where it stands, and the language chooses the form (Unicode's plural rules).
 * @param language whose rules
 */
export function counted(language: string): (count: number, one: string, other: string, shown?: string) => string {
  const rules = new Intl.PluralRules(language);
  return (count, one, other, shown = number(count)) => {
    const form = rules.select(count);
    // whole millions in French and Spanish: "1 000 000 de messages"
    return form === "one" ? one.replace("#", shown) : other.replace("#", form === "many" ? `${shown} de` : shown);
  };
}
