import { lazy, Suspense, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { number } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { Notice } from "../../ui/notice.tsx";
import type { DecryptedRoom } from "./decrypt-room.ts";

const ReadWithKeys = lazy(() => import("./read-with-keys.tsx"));

interface Props {
  /** how many messages are encrypted */
  sealed: number;
  bundle: () => Promise<File>;
  onDecrypted: (room: DecryptedRoom) => void;
}

/** Says of a room that it is encrypted, and offers to read it with keys. What that takes is loaded when it is asked for. */
export function SealedNotice({ sealed, ...props }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  if (isOpen)
    return (
      <Suspense fallback={<p role="status">{t.loading}</p>}>
        <ReadWithKeys {...props} onCancel={() => setOpen(false)} />
      </Suspense>
    );
  return (
    <Notice kind="info">
      <p>{t.keys.sealed(sealed, number(sealed))}</p>
      <Button className="button" onPress={() => setOpen(true)}>
        {t.keys.begin}
      </Button>
    </Notice>
  );
}
