import type { Fields } from "../../input/fields.ts";

/** What happened, for kinds that say nothing else, or only to whom. */
const WORDS: Readonly<Record<string, string>> = {
  groupCreationUpdate: "Created the group",
  groupAvatarUpdate: "Changed the picture of the group",
  groupAdminStatusUpdate: "Changed who is an administrator",
  groupMemberRemovedUpdate: "Removed a member",
  groupMemberAddedUpdate: "Added a member",
  groupV2MigrationUpdate: "The group became a new kind of group",
  groupInviteLinkEnabledUpdate: "Turned the group link on",
  groupInviteLinkDisabledUpdate: "Turned the group link off",
  groupInviteLinkResetUpdate: "Reset the group link",
  expirationTimerChange: "Changed the timer of disappearing messages",
  groupExpirationTimerUpdate: "Changed the timer of disappearing messages",
  threadMerge: "Two chats with the same person became one",
  pinMessage: "Pinned a message",
};
/** Members of an update that name the person whom it is about. */
const WHOM = ["memberAci", "removedAci", "newMemberAci", "inviteeAci", "requestorAci"];

/** What a change of a kind says in words. `nameOf`: of an account */
export function wordsOf(kind: string, update: Fields, nameOf: (aci: string) => string | undefined): string {
  switch (kind) {
    case "simpleUpdate":
      return sentence((update.id("type") ?? "UNKNOWN").toLowerCase().replaceAll("_", " "));
    case "profileChange":
      return `Changed their name from ${update.text("previousName") ?? ""} to ${update.text("newName") ?? ""}`;
    case "pollTerminate":
      return `Ended the poll: ${update.text("question") ?? ""}`;
    case "individualCall":
      return call(update.id("type") === "VIDEO_CALL" ? "Video call" : "Audio call", update.id("state"));
    case "groupCall":
      return call("Group call", update.id("state"));
    case "groupNameUpdate":
      return `Changed the name of the group: ${update.text("newGroupName") ?? ""}`;
    case "groupDescriptionUpdate":
      return `Changed the description of the group: ${update.text("newDescription") ?? ""}`;
    default: {
      const aci = WHOM.map((member) => update.id(member)).find((member) => member !== undefined);
      const whom = aci === undefined ? undefined : (nameOf(aci) ?? "unknown");
      const words = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
      const shown =
        words ?? sentence(kind.replace(/Update$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
      return whom === undefined ? shown : `${shown}: ${whom}`;
    }
  }
}

function call(kind: string, state: string | undefined): string {
  const how = state === undefined || /^(?:UNKNOWN_STATE|GENERIC)$/.test(state) ? "" : state;
  return how === "" ? kind : `${kind}: ${how.toLowerCase().replaceAll("_", " ")}`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
