import { useState, type ReactNode } from "react";
import type { Job, SpacePreview } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { duration, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { Notice } from "../ui/notice.tsx";
import { English } from "../ui/sentence.tsx";
import { ChooseSpace } from "./choose-space.tsx";
import { ImportCard } from "./import-card.tsx";
import { useUpload } from "./upload/use-upload.ts";
import { useAttempt } from "./use-attempt.ts";

interface Props {
  file: File;
  onOther: () => void;
  onBegun: (job: Job) => void;
}

/** A collection of rooms: sent and checked first, so that it is seen what would be made, and then imported. */
export function ImportCollection({ file, onOther, onBegun }: Props): ReactNode {
  const { service } = useSession();
  const upload = useUpload();
  const attempt = useAttempt();
  const [space, setSpace] = useState("");
  const [asOne, setAsOne] = useState(false);
  const [checked, setChecked] = useState<{ uploadId: string; preview: SpacePreview }>();

  const check = (): Promise<void> =>
    attempt.run(async () => {
      const uploadId = await upload.send(file);
      setChecked({ uploadId, preview: await service.previewSpace(uploadId) });
    });
  const begin = (again: boolean): Promise<void> =>
    attempt.run(async () => {
      if (checked) onBegun(await service.importSpace(checked.uploadId, { space, asOne, again }));
    });

  return (
    <ImportCard
      file={file}
      title={checked?.preview.rooms[0]?.name ?? file.name}
      upload={upload}
      attempt={attempt}
      choices={
        checked && (
          <>
            <ChooseSpace space={space} onChange={setSpace} />
            {checked.preview.upgrades.length > 0 && (
              <Check isSelected={asOne} onChange={setAsOne}>
                {t.imports.asOneRoom}
              </Check>
            )}
          </>
        )
      }
      submit={
        checked
          ? {
              label: t.imports.importRooms(checked.preview.counts.rooms - (asOne ? joinedIn(checked.preview) : 0)),
              onPress: () => void begin(false),
            }
          : { label: t.imports.check, onPress: () => void check() }
      }
      onAgain={() => void begin(true)}
      onOther={onOther}
    >
      {checked ? <Preview preview={checked.preview} /> : <p>{t.imports.collection}</p>}
    </ImportCard>
  );
}

/** How many rooms less are made where upgraded ones become one. */
function joinedIn({ upgrades }: SpacePreview): number {
  return upgrades.reduce((sum, rooms) => sum + rooms.length - 1, 0);
}

/** What would be made, and what may not travel. */
function Preview({ preview: { rooms, refused, counts, seconds } }: { preview: SpacePreview }): ReactNode {
  return (
    <>
      <p>{t.imports.wouldMake(counts.rooms, duration(seconds))}</p>
      <ul>
        {rooms.map(({ room_id: roomId, name, events, already_imported: before }) => (
          <li key={roomId} title={roomId}>
            <bdi>{name ?? roomId}</bdi>{" "}
            <span className="soft">
              {t.imports.events(events, number(events))}
              {before !== null && ` · ${t.imports.already}`}
            </span>
          </li>
        ))}
      </ul>
      {refused.length > 0 && (
        <Notice kind="info" heading={t.imports.roomsRefused(refused.length)}>
          {refused.map(({ room_id: roomId, reasons }) => (
            <p key={roomId}>
              <bdi>{roomId}</bdi>: <English>{reasons.map(({ message }) => message).join(" ")}</English>
            </p>
          ))}
        </Notice>
      )}
    </>
  );
}
