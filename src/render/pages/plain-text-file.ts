/** Names of source code, notes and settings, and names without an ending: browsers know none of them, or know them as text. */
const TEXT_NAME =
  /^[^.]*$|\.(?:text|markdown|rst|adoc|org|tex|bib|srt|sub|diff|patch|ya?ml|toml|ini|cfg|conf|env|properties|lock|py|rb|pl|pm|lua|r|jl|js|cjs|mjs|jsx|ts|cts|mts|tsx|css|scss|less|c|h|cc|cpp|hpp|cs|java|kt|kts|scala|go|rs|swift|zig|hs|ml|ex|exs|erl|clj|lisp|el|vim|sh|bash|zsh|fish|ps1|sql|graphql|proto|gradle|cmake|mk|tf|nix|jsonl|ndjson|geojson)$/i;
/** So many bytes browsers look at to tell what a file is; a character may be cut at the end. */
const LOOKED_AT = 1445;

/**
 * Will every browser open a file as plain text? By its name it must be nothing else, and by its beginning neither markup nor binary
 * (WHATWG MIME Sniffing, "Identifying a resource with an unknown MIME type": what begins with `<` may be HTML).
 */
export function isPlainText(name: string, beginning: Buffer): boolean {
  if (!TEXT_NAME.test(name)) return false;
  const looked = beginning.subarray(0, LOOKED_AT);
  if (/[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/.test(looked.toString("latin1"))) return false;
  const text = looked.toString("utf8").trimStart();
  return !text.startsWith("<");
}
