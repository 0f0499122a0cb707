const ID = /^[A-Za-z0-9_-]{1,64}$/;
const ENDING = ".zip";

/** The name under which a bundle is kept. @throws Error where the id could lead elsewhere */
export function bundleFileName(id: string): string {
  if (!ID.test(id)) throw new Error("not the id of a bundle");
  return id + ENDING;
}

/** The id of the bundle with that name; undefined where it is something else. */
export function bundleIdOf(name: string): string | undefined {
  const id = name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : "";
  return ID.test(id) ? id : undefined;
}
