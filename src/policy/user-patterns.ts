/** Does one of the patterns match? `*` stands for any characters, before the first colon for any but a colon. */
export function matchesUser(patterns: readonly string[], userId: string): boolean {
  return patterns.some((pattern) => expressionOf(pattern).test(userId));
}

function expressionOf(pattern: string): RegExp {
  const colon = pattern.indexOf(":");
  const of = (part: string, any: string): string =>
    part
      .split("*")
      .map((text) => text.replaceAll(/[^A-Za-z0-9]/g, "\\$&"))
      .join(any);
  return new RegExp(`^${of(pattern.slice(0, colon), "[^:]*")}:${of(pattern.slice(colon + 1), ".*")}$`, "s");
}
