import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { ApiError, PageError } from "../service/api-error.ts";
import { useSession, type Session } from "../session/session.ts";
import { apart } from "../texts/isolating.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf, withSentence } from "../ui/sentence.tsx";
import { useRoomName } from "./rooms.tsx";

interface Props {
  roomId: string;
  /** told when the service user has come into the room */
  onJoined: () => Promise<void>;
}

/** How often, and how many times, it is asked whether the service user has come. */
const ASK_MS = 1000;
const ASKS = 30;

/** A room in which the service user is not: the person can invite it from here. */
export function MissingService({ roomId, onJoined }: Props): ReactNode {
  const session = useSession();
  const name = useRoomName()(roomId);
  const { service_user: user } = session.info;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ReactNode>();
  const invite = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await bringIn(session, roomId);
      await onJoined();
    } catch (error) {
      setFailure(error instanceof ApiError ? withSentence(t.exports.inviteFailed, error) : sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Notice kind="info" heading={apart(name)}>
      <div className="stack">
        <p>{t.exports.inviteAsk(user)}</p>
        {failure !== undefined && <p role="alert">{failure}</p>}
        <div className="actions">
          <Button className="button" isDisabled={busy} onPress={() => void invite()}>
            {busy ? t.exports.inviting : t.exports.invite(user)}
          </Button>
        </div>
      </div>
    </Notice>
  );
}

/** @throws ApiError where the homeserver does not let them; Error where the service user does not come */
async function bringIn({ homeserver, service, info }: Session, roomId: string): Promise<void> {
  const { service_user: user } = info;
  if ((await homeserver.membership(roomId, user, service.token)) !== "invite")
    await homeserver.inviteForExport(roomId, user, service.token);
  for (let asks = 0; asks < ASKS; asks++) {
    if ((await homeserver.membership(roomId, user, service.token)) === "join") return;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
  throw new PageError(t.exports.notJoined(user));
}
