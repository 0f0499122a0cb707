import { join } from "node:path";
import { TOP } from "../scripts/run.js";

/**
 * The program as its package has it, made by `npm run build`: what operators run. A service that runs from the sources holds the compiler
 * of their types in memory.
 */
export const BUILT: [string, string] = [process.execPath, join(TOP, "dist", "main.js")];
