import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Form } from "react-aria-components/Form";
import { t } from "../../texts/texts.ts";
import { Check } from "../../ui/check.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";

/** What somebody has given. */
export type KeyChoice =
  | { kind: "file"; file: File; passphrase: string; withFiles: boolean }
  | { kind: "backup"; secret: string; withFiles: boolean };

/** As much of it as stands there again after a failure: not the secret. */
export type EarlierChoice = Pick<KeyChoice, "kind" | "withFiles"> & { file?: File };

interface Props {
  earlier: EarlierChoice | undefined;
  /** a homeserver can be asked for the key backup, and for files */
  isSignedIn: boolean;
  onSubmit: (choice: KeyChoice) => void;
  onCancel: () => void;
}

/** Asks for the keys of an encrypted room. */
export function KeyForm({ earlier, isSignedIn, onSubmit, onCancel }: Props): ReactNode {
  const [from, setFrom] = useState(earlier?.kind ?? "file");
  const [file, setFile] = useState(earlier?.file);
  const [secret, setSecret] = useState("");
  const [isWithFiles, setWithFiles] = useState(earlier?.withFiles ?? isSignedIn);
  const isFile = from === "file";
  const submit = (): void => {
    if (secret === "") return;
    if (!isFile) onSubmit({ kind: "backup", secret, withFiles: isWithFiles });
    else if (file) onSubmit({ kind: "file", file, passphrase: secret, withFiles: isWithFiles });
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {isSignedIn && (
        <Select
          label={t.keys.from}
          value={from}
          options={[
            ["file", t.keys.fromFile],
            ["backup", t.keys.fromBackup],
          ]}
          onChange={(value) => {
            setFrom(value === "backup" ? "backup" : "file");
            setSecret("");
          }}
        />
      )}
      {isFile && (
        <div className="actions">
          <FileTrigger onSelect={(files) => setFile(files?.[0])}>
            <Button className="button">{t.keys.chooseFile}</Button>
          </FileTrigger>
          <span className="soft">{file === undefined ? t.keys.fileHint : <bdi>{file.name}</bdi>}</span>
        </div>
      )}
      <Field
        key={from}
        label={isFile ? t.keys.passphrase : t.keys.secret}
        {...(!isFile && { hint: t.keys.backupHint })}
        type="password"
        autoComplete="off"
        value={secret}
        onChange={setSecret}
      />
      {isSignedIn ? (
        <Check isSelected={isWithFiles} onChange={setWithFiles}>
          {t.keys.withFiles}
        </Check>
      ) : (
        <p className="soft">{t.keys.signedOut}</p>
      )}
      <div className="actions">
        <Button className="button primary" type="submit" isDisabled={secret === "" || (isFile && file === undefined)}>
          {t.keys.submit}
        </Button>
        <Button className="button" onPress={onCancel}>
          {t.keys.cancel}
        </Button>
      </div>
    </Form>
  );
}
