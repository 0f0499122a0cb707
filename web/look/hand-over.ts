import { handOverTo } from "../ui/hand-over.ts";

/** Opens a file on the page that shows what is inside. */
export const { give: lookInside, take: takeFiles } = handOverTo("#/look");
