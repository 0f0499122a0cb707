import { handOverTo } from "../ui/hand-over.ts";

/** Opens a file on the page that imports. */
export const { give: importFile, take: takeImports } = handOverTo("#/imports");
