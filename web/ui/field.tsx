import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextField, type TextFieldProps } from "react-aria-components/TextField";

interface Props extends TextFieldProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
}

/** A line of text with its label, a hint and what is wrong with it. */
export function Field({ label, hint, error, placeholder, ...props }: Props): ReactNode {
  return (
    <TextField {...props} isInvalid={error !== undefined} className="field">
      <Label>{label}</Label>
      <Input dir="auto" placeholder={placeholder ?? ""} />
      {hint !== undefined && <Text slot="description">{hint}</Text>}
      <FieldError>{error}</FieldError>
    </TextField>
  );
}
