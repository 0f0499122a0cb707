import { t } from "../texts/texts.ts";
import type { MadeRoom, NewRoomRules } from "./rules-api.ts";

/** What somebody has filled in. */
export interface Draft {
  name: string;
  topic: string;
  visibility: MadeRoom["visibility"];
  roles: readonly string[];
  incognito: boolean;
  autoClose: boolean;
  workspace: string;
  /** user ids, separated by spaces or commas */
  invite: string;
}

export const EMPTY: Draft = {
  name: "",
  topic: "",
  visibility: "private",
  roles: [],
  incognito: false,
  autoClose: false,
  workspace: "",
  invite: "",
};

/** What the configuration says of whether a room closes when its owner leaves it; undefined: the owner says so. */
export function laidDown({ incognito }: Draft, rules: NewRoomRules): boolean | undefined {
  const { auto_close_on_leave: rule } = rules.incognito;
  if (!incognito || rule === "asked" || rule === "default") return undefined;
  return rule === "always";
}

export interface DraftFaults {
  roles?: string;
  invite?: string;
}

/** What is wrong with a draft; empty: nothing. A name is asked for by the form itself. */
export function faultsOf({ visibility, roles, invite }: Draft): DraftFaults {
  const wrong = userIds(invite).find((id) => !/^@[^\s:]+:\S+$/.test(id));
  return {
    ...(visibility === "restricted" && roles.length === 0 && { roles: t.rules.rolesMissing }),
    ...(wrong !== undefined && { invite: t.rules.wrongUser(wrong) }),
  };
}

/** As `POST /v1/rooms` takes it. */
export function bodyOf(draft: Draft, rules: NewRoomRules): object {
  const { name, topic, visibility, roles, incognito, autoClose, workspace, invite } = draft;
  return {
    name: name.trim(),
    visibility,
    ...(topic.trim() !== "" && { topic: topic.trim() }),
    ...(visibility === "restricted" && { read_role_slugs: roles }),
    ...(incognito && { scope_kind: "incognito" }),
    ...(laidDown(draft, rules) === undefined && { auto_close_on_leave: autoClose }),
    ...(workspace !== "" && { workspace_id: workspace }),
    ...(userIds(invite).length > 0 && { invite: userIds(invite) }),
  };
}

function userIds(text: string): string[] {
  return text.split(/[\s,]+/).filter((id) => id !== "");
}
