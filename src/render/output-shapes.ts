/** What a bundle can be turned into. */
export const SHAPES = ["text", "markdown", "csv"] as const;
export type Shape = (typeof SHAPES)[number];
