import { useId, type ReactNode } from "react";

interface Props {
  label: string;
  value: string;
  /** value to words */
  options: readonly (readonly [value: string, words: string])[];
  onChange: (value: string) => void;
}

/** One of several; the browser's own, which every keyboard and phone knows. */
export function Select({ label, value, options, onChange }: Props): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([each, words]) => (
          <option key={each} value={each} dir="auto">
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
