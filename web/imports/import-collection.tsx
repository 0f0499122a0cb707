import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { lookInside } from "../look/hand-over.ts";
import type { Job, SpacePreview } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { bytes, duration, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { Notice } from "../ui/notice.tsx";
import { Reasons } from "../ui/reasons.tsx";
import { English, sentencesOf } from "../ui/sentence.tsx";
import { ChooseSpace } from "./choose-space.tsx";
import { isAbort } from "./import-bundle.tsx";
import { UploadProgress } from "./upload/upload-progress.tsx";
import { useUpload } from "./upload/use-upload.ts";

interface Props {
  file: File;
  onOther: () => void;
  onBegun: (job: Job) => void;
}

/** A collection of rooms: sent and checked first, so that it is seen what would be made, and then imported. */
export function ImportCollection({ file, onOther, onBegun }: Props): ReactNode {
  const { service, info } = useSession();
  const upload = useUpload();
  const [space, setSpace] = useState("");
  const [checked, setChecked] = useState<{ uploadId: string; preview: SpacePreview }>();
  const [asOne, setAsOne] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<readonly ReactNode[]>([]);
  const tooLarge = file.size > info.upload_size;

  const trying = async (act: () => Promise<void>): Promise<void> => {
    setFailure([]);
    setBusy(true);
    try {
      await act();
    } catch (error) {
      if (!isAbort(error)) setFailure(sentencesOf(error));
    } finally {
      setBusy(false);
    }
  };
  const check = (): Promise<void> =>
    trying(async () => {
      const uploadId = await upload.send(file);
      setChecked({ uploadId, preview: await service.previewSpace(uploadId) });
    });
  const begin = (uploadId: string): Promise<void> =>
    trying(async () => onBegun(await service.importSpace(uploadId, space, asOne)));

  return (
    <section className="card stack" aria-label={file.name}>
      <header>
        <h2>
          <bdi>{checked?.preview.rooms[0]?.name ?? file.name}</bdi>
        </h2>
        <p className="soft">
          <bdi>{file.name}</bdi> · {bytes(file.size)}
        </p>
      </header>
      {checked ? <Preview preview={checked.preview} /> : <p>{t.imports.collection}</p>}
      {tooLarge && <Notice kind="error">{t.imports.tooLarge(bytes(info.upload_size))}</Notice>}
      <Reasons heading={t.imports.failed} sentences={failure} />
      {upload.state ? (
        <UploadProgress state={upload.state} onCancel={upload.cancel} />
      ) : isBusy ? (
        <p className="soft" role="status">
          {t.imports.checking}
        </p>
      ) : (
        <>
          {checked && <ChooseSpace space={space} onChange={setSpace} />}
          {checked && checked.preview.upgrades.length > 0 && (
            <Check isSelected={asOne} onChange={setAsOne}>
              {t.imports.asOneRoom}
            </Check>
          )}
          <div className="actions">
            {checked ? (
              <Button className="button primary" onPress={() => void begin(checked.uploadId)}>
                {t.imports.importRooms(checked.preview.counts.rooms - (asOne ? joinedIn(checked.preview) : 0))}
              </Button>
            ) : (
              <Button className="button primary" isDisabled={tooLarge} onPress={() => void check()}>
                {t.imports.check}
              </Button>
            )}
            <Button className="button" onPress={() => lookInside(file)}>
              {t.look.inside}
            </Button>
            <Button className="button" onPress={onOther}>
              {t.imports.other}
            </Button>
          </div>
        </>
      )}
    </section>
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
        {rooms.map(({ room_id: roomId, name, events }) => (
          <li key={roomId} title={roomId}>
            <bdi>{name ?? roomId}</bdi> <span className="soft">{t.imports.events(events, number(events))}</span>
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
