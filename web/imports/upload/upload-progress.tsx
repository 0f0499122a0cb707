import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { bytes } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { Bar } from "../../ui/bar.tsx";
import type { UploadState } from "./use-upload.ts";

/** How much of a file is with the service. */
export function UploadProgress({ state, onCancel }: { state: UploadState; onCancel: () => void }): ReactNode {
  const { sent, total, broken } = state;
  return (
    <>
      <Bar label={t.imports.sending} percent={total === 0 ? null : (sent / total) * 100} />
      <div className="actions">
        <Button className="button" onPress={onCancel}>
          {t.imports.cancel}
        </Button>
        <span className="soft" role="status">
          {broken ? t.imports.broken : t.imports.sent(bytes(sent), bytes(total))}
        </span>
      </div>
    </>
  );
}
