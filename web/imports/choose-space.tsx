import { useCallback, useId, type ReactNode } from "react";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { useLoad } from "../ui/use-load.ts";

/** The space that new rooms join. @param space its room id; empty: none */
export function ChooseSpace({ space, onChange }: { space: string; onChange: (space: string) => void }): ReactNode {
  const { service } = useSession();
  const spaces = useLoad(useCallback(() => service.workspaces(), [service]));
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t.imports.workspace}</label>
      <select id={id} value={space} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t.imports.noWorkspace}</option>
        {spaces.value?.map(({ room_id: roomId, name, slug }) => (
          <option key={roomId} value={roomId} dir="auto">
            {name ?? slug ?? roomId}
          </option>
        ))}
      </select>
    </div>
  );
}
