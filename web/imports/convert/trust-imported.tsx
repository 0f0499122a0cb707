import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useSession } from "../../session/session.ts";
import { t } from "../../texts/texts.ts";
import { Field } from "../../ui/field.tsx";

/** Whose imports are believed: the export names authors that anybody could have made up. @param onGiven told the user id */
export function TrustImported({ onGiven }: { onGiven: (userId: string) => void }): ReactNode {
  const { info } = useSession();
  const [user, setUser] = useState(info.service_user);
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onGiven(user.trim());
      }}
    >
      <Field label={t.conversions.trust} hint={t.conversions.trustHint} value={user} onChange={setUser} />
      <div className="actions">
        <Button className="button" type="submit" isDisabled={user.trim() === ""}>
          {t.conversions.trustSubmit}
        </Button>
      </div>
    </Form>
  );
}
