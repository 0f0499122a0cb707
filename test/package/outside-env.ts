import { delimiter, join } from "node:path";

/** The environment as a shell outside this checkout sees it: npm puts every node_modules/.bin in front. */
export const OUTSIDE_ENV: NodeJS.ProcessEnv & { PATH: string } = {
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("npm_"))),
  PATH: (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join("node_modules", ".bin")))
    .join(delimiter),
};
