/** A file that falls beside its place must not take the place of the page: browsers would open it, and end the session. */
export function ignoreStrayDrops(): void {
  addEventListener("dragover", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
  });
}
