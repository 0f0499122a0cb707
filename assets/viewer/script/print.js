import { main } from "./book.js";
import { addressOf } from "./files.js";

// ---- print: paper has no use for anything folded, nor for pictures that come later

addEventListener("beforeprint", () => {
  for (const image of main.querySelectorAll("img")) {
    image.loading = "eager";
    const address = image.hasAttribute("src") ? undefined : addressOf(image.getAttribute("data-file") ?? "");
    if (address !== undefined) image.src = address;
  }
  for (const details of main.querySelectorAll("details:not([open])")) {
    details.setAttribute("open", "");
    details.setAttribute("data-folded", "");
  }
});
addEventListener("afterprint", () => {
  for (const details of main.querySelectorAll("details[data-folded]")) {
    details.removeAttribute("open");
    details.removeAttribute("data-folded");
  }
});
