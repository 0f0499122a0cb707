import type { ReactNode } from "react";
import { t } from "../texts/texts.ts";
import type { ExportFormat } from "../service/service.ts";

interface Props {
  id?: string;
  label?: string;
  value: ExportFormat;
  onChange: (format: ExportFormat) => void;
}

/** As what an export is saved. */
export function FormatSelect({ id, label, value, onChange }: Props): ReactNode {
  return (
    <select
      id={id}
      aria-label={label}
      className="select"
      value={value}
      onChange={({ target }) => onChange(target.value as ExportFormat)}
    >
      {Object.entries(t.exports.formats).map(([format, words]) => (
        <option key={format} value={format}>
          {words}
        </option>
      ))}
    </select>
  );
}
