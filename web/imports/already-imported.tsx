import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { OpenRoom } from "../jobs/open-room.tsx";
import type { ApiError } from "../service/api-error.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { sentencesOf } from "../ui/sentence.tsx";

interface Props {
  /** what the service has answered */
  earlier: ApiError;
  onAgain: () => void;
}

/** Says where the person has imported this before, and imports it once more if they wish. */
export function AlreadyImported({ earlier, onAgain }: Props): ReactNode {
  return (
    <Notice kind="info" heading={t.imports.already}>
      <p>{t.imports.alreadyLead}</p>
      {sentencesOf(earlier).map((sentence, at) => (
        <p key={at} className="soft">
          {sentence}
        </p>
      ))}
      <div className="actions">
        {earlier.roomId !== undefined && <OpenRoom roomId={earlier.roomId} />}
        <Button className="button" onPress={onAgain}>
          {t.imports.again}
        </Button>
      </div>
    </Notice>
  );
}
