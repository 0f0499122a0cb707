import type { Command } from "commander";
import { Output, type GlobalOptions } from "../../output.ts";
import { withForce } from "../../output-file.ts";
import { connect, withConnection, type ConnectionOptions } from "../../service/connection.ts";
import type { World } from "../../world.ts";
import type { DecryptCommandOptions } from "./bundle-decrypt.ts";

const HELP = `
The keys never leave this machine. The passphrase of the key file is asked for unseen, or read from --passphrase-file, from
ROOMPORTER_KEYS_PASSPHRASE, or as a line of stdin. With --recovery-key
the room keys come from your key backup on the homeserver, read with your own token, and are decrypted here; the recovery key or security
phrase is asked for unseen, or read from --recovery-key-file, from ROOMPORTER_RECOVERY_KEY, or as a line of stdin. What the service exported and signed stays as it is; bundle verify tells both apart.
The result holds everything in plain text: keep it as you would keep the keys.

Examples:
  roomporter bundle decrypt room.zip --keys element-keys.txt -o room.plain.zip
  roomporter bundle decrypt room.zip --keys element-keys.txt --fetch --tenant home -o room.plain.zip`;

/** Adds to a command where the keys of encrypted rooms come from. */
export function withKeys(command: Command): Command {
  return command
    .option("--keys <file...>", "room keys that your client has exported (E2E room keys)")
    .option("--passphrase-file <file>", "a file with the passphrase of the key files")
    .option("--recovery-key", "take the room keys from your key backup: the recovery key is asked for unseen")
    .option("--recovery-key-file <file>", "a file with the recovery key, or the security phrase, of your key backup");
}

/** The command that decrypts. */
export function addDecryptCommand(bundle: Command, world: World): void {
  withConnection(
    withForce(
      withKeys(
        bundle
          .command("decrypt")
          .description("write a bundle of an encrypted room once more, readable, with your own keys")
          .argument("<file>", "the bundle, as it was exported"),
      )
        .requiredOption("-o, --output <file>", "the file to write; it appears only when it is complete")
        .option("--fetch", "also fetch the files of encrypted messages, from your homeserver, with your token"),
    ),
  )
    .addHelpText("after", HELP)
    .action(async (file: string, options: DecryptCommandOptions & ConnectionOptions, command: Command) => {
      const { decrypt } = await import("./bundle-decrypt.ts");
      const output = new Output(world, command.optsWithGlobals<GlobalOptions>());
      await decrypt(file, options, () => connect(options, world), world, output);
    });
}
