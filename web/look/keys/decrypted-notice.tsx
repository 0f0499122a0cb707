import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import type { Closed } from "../../../src/decrypt/outcomes.ts";
import { importFile } from "../../imports/hand-over.ts";
import { useSessionIfAny } from "../../session/session.ts";
import { number } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { Notice } from "../../ui/notice.tsx";
import { saveFile } from "../../ui/save-file.ts";
import type { DecryptedRoom } from "./decrypt-room.ts";

/** What the keys have opened, what not and why, and what can be done with it. */
export function DecryptedNotice({ room: { file, report } }: { room: DecryptedRoom }): ReactNode {
  const isSignedIn = useSessionIfAny() !== null;
  const { encrypted, decrypted, closed, files, ledger } = report;
  const missing = Object.entries(ledger)
    .filter(([code]) => code.startsWith("decryption_file"))
    .reduce((sum, [, count]) => sum + count, 0);
  return (
    <section className="stack">
      <Notice kind="done" heading={t.keys.opened(decrypted, encrypted, number(decrypted), number(encrypted))}>
        {Object.keys(closed).length > 0 && (
          <ul>
            {Object.entries(closed).map(([why, count]) => (
              <li key={why}>{t.keys.closed[why as Closed](count, number(count))}</li>
            ))}
          </ul>
        )}
        {files > 0 && <p>{t.keys.files(files, number(files))}</p>}
        {missing > 0 && <p>{t.keys.filesMissing(missing, number(missing))}</p>}
        <p>{t.keys.saveHint}</p>
      </Notice>
      <div className="actions">
        <Button className="button primary" onPress={() => saveFile(file, file.name)}>
          {t.keys.save}
        </Button>
        {isSignedIn && (
          <Button className="button" onPress={() => importFile(file)}>
            {t.keys.toImport}
          </Button>
        )}
      </div>
    </section>
  );
}
