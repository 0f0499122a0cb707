import { z } from "zod";
import { flagged, valued } from "../requests/options/option.ts";
import { roomId, userId, workspace } from "../requests/options/shapes.ts";

/** For whom, and into which space, a bundle is imported. */
export const importOptions = z.strictObject({
  workspace_id: workspace.optional().describe("the space that the room joins: its slug, alias or room id"),
  allow_plaintext: flagged(z.boolean().optional(), {
    "as-plaintext": [true, "replay what was decrypted in the bundle as plain text: the new room is not encrypted"],
  }),
  encrypted: flagged(z.boolean().optional(), {
    encrypted: [true, "make the new room an encrypted one, and replay into it what was decrypted in the bundle"],
  }),
  invite_authors: flagged(z.boolean().optional(), {
    "invite-authors": [
      true,
      "invite the authors who are users of this homeserver, by the operator's import.author_map",
    ],
  }),
  again: flagged(z.boolean().optional(), {
    again: [true, "import it once more, though you have imported it before"],
  }),
  into: valued(
    roomId.optional(),
    "ROOM",
    "into this room, which an import has made of the same conversation: only what is new",
    {
      doors: ["cli"],
    },
  ),
  as: valued(userId.optional(), "USER_ID", "who imports (needs an admin token)", { doors: ["cli"] }),
});
export type ImportOptions = z.output<typeof importOptions>;

/** The same, of a bundle that is here already. */
export const importFromOptions = importOptions.extend({
  upload_id: z.string().min(1).max(64).optional().describe("a finished upload (POST /v1/uploads); or else"),
  job_id: z.string().min(1).max(64).optional().describe("a conversion that has made a bundle (POST /v1/conversions)"),
});
