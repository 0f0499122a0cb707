/** What Synapse and the Matrix Authentication Service give out as access or refresh tokens. */
const TOKEN_SHAPE = /\b(?:syt|syr|mat|mar|mct|mcr|mpt)_[\w-]{6,}/g;
/** A word that nobody reads and no id looks like: an admin token, or one of another homeserver. */
const LONG_WORD = /^[\w+=-]{32,}$/;
const TOKEN_OPTION = /^--tok\w*(?:=(.*))?$/s;
/** Less than this is no token, and stands in other words by chance. */
const LEAST = 8;
const HIDDEN = "[hidden]";

/**
 * An error message without the tokens that were typed: what stands behind an option like `--token`, what looks like an access token,
 * and long random words, wherever on the command line they were put by mistake.
 */
export function hideTokens(
  message: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const secrets = new Set([env["ROOMPORTER_TOKEN"]]);
  args.forEach((arg, at) => {
    const option = TOKEN_OPTION.exec(arg);
    if (option) secrets.add(option[1] ?? args[at + 1]);
    const value = /^--[\w-]+=(.*)$/s.exec(arg)?.[1] ?? arg;
    if (LONG_WORD.test(value)) secrets.add(value);
  });
  let shown = message.replaceAll(TOKEN_SHAPE, HIDDEN);
  for (const secret of secrets)
    if (secret !== undefined && secret.length >= LEAST) shown = shown.replaceAll(secret, HIDDEN);
  return shown;
}
