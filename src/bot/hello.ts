/** What the bot says of itself where it is invited (pure). `webPage`: the address of the web page, where there is one. */

/** To a direct room that it has opened because it cannot read the one into which it was invited. */
export function helloInstead(webPage: string | undefined): string {
  return `You invited me into an encrypted room, where I cannot read commands. Here I can: say \`!help\` for what I can do.${page(webPage)}`;
}

/** To an encrypted room. @param opened has it opened a direct room instead? */
export function cannotRead(webPage: string | undefined, opened: boolean): string {
  const instead = opened
    ? "I have invited you into a direct room without encryption: tell me there, and send bundles there."
    : "Invite me to a room without encryption, or use the roomporter command line.";
  return `This room is encrypted, so I cannot read commands here. ${instead}${page(webPage)}`;
}

/** To a room or direct chat in which it can read commands. */
export function hello(webPage: string | undefined): string {
  return `Hello! I carry rooms from one homeserver to another. Say \`!export\` to export this room, and \`!help\` for all that I can do.${page(webPage)}`;
}

function page(webPage: string | undefined): string {
  return webPage === undefined ? "" : ` On the web: ${webPage}`;
}
