import { useCallback, type ReactNode } from "react";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { Select } from "../ui/select.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { useLoad } from "../ui/use-load.ts";

/** The space that a new room joins, of those to which the person may add rooms. @param space its room id; empty: none */
export function ChooseSpace({ space, onChange }: { space: string; onChange: (space: string) => void }): ReactNode {
  const { service } = useSession();
  const { value, error } = useLoad(useCallback(() => service.workspaces(), [service]));
  const spaces = (value ?? []).map(({ room_id: id, name, slug }) => [id, name ?? slug ?? id] as const);
  return (
    <>
      <Select
        label={t.imports.workspace}
        value={space}
        options={[["", t.imports.noWorkspace], ...spaces]}
        onChange={onChange}
      />
      {error !== undefined && <Notice kind="error">{sentenceOf(error)}</Notice>}
    </>
  );
}
