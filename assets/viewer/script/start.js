import { enliven } from "./files.js";
import { follow } from "./places.js";

// ---- the start, when everything above is there

enliven(document);
addEventListener("hashchange", follow);
follow();
