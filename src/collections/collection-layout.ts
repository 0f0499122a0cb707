export const INDEX_NAME = "index.json";
const BUNDLE_NAME = /^rooms\/\d{5,}\.zip$/;

/** The files of a collection: its index, and a bundle for each room. */
export function collectionLayout(name: string): string | undefined {
  return name === INDEX_NAME || BUNDLE_NAME.test(name) ? name : undefined;
}
