import { useCallback, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { useLoad } from "../ui/use-load.ts";
import { changePerson, listPeople, type MadeRoom, type Person } from "./rules-api.ts";

/** From this power level on somebody looks after a room. */
const MODERATOR = 50;

type Act = (what: "invite" | "kick", userId: string) => Promise<void>;

/** Who is in a room; whom to invite, whom to remove. */
export function RoomPeople({ room, looksAfter }: { room: MadeRoom; looksAfter: boolean }): ReactNode {
  const { service, userId } = useSession();
  const { room_id: roomId } = room;
  const people = useLoad(useCallback(() => listPeople(service, roomId), [service, roomId]));
  const [message, setMessage] = useState<{ kind: "done" | "error"; text: ReactNode }>();
  const act: Act = async (what, whom) => {
    setMessage(undefined);
    try {
      await changePerson(service, roomId, what, whom);
      setMessage({ kind: "done", text: what === "invite" ? t.rules.invited(whom) : t.rules.removed(whom) });
      people.reload();
    } catch (error) {
      setMessage({ kind: "error", text: sentenceOf(error) });
    }
  };
  const own = people.value?.find(({ user_id: id }) => id === userId);
  const moderates = looksAfter || (own?.membership === "join" && powerOf(own) >= MODERATOR);
  return (
    <section className="stack" aria-label={t.rules.people}>
      <h4>{t.rules.people}</h4>
      <Loading of={people}>
        {(all) => (
          <ul className="rows people-rows">
            {all
              .toSorted((a, b) => powerOf(b) - powerOf(a))
              .map((person) => (
                <PersonRow key={person.user_id} person={person} owner={room.owner} removable={moderates} onAct={act} />
              ))}
          </ul>
        )}
      </Loading>
      {message && <Notice kind={message.kind}>{message.text}</Notice>}
      {moderates && <Invite onAct={act} />}
    </section>
  );
}

interface RowProps {
  person: Person;
  owner: string;
  removable: boolean;
  onAct: Act;
}

function PersonRow({ person, owner, removable, onAct }: RowProps): ReactNode {
  const { info, userId } = useSession();
  const { user_id: id, display_name: name, membership } = person;
  const isService = id === info.service_user;
  const about = [
    name === null ? "" : id,
    id === owner ? t.rules.owner : isService ? t.rules.guard : t.rules.power(person.power_level),
    membership === "join" ? "" : t.rules.memberships[membership],
  ];
  return (
    <li>
      <span className="grow">
        <bdi className="name">{name ?? id}</bdi>
        <span className="soft">{about.filter((part) => part !== "").join(" · ")}</span>
      </span>
      {removable && !isService && id !== userId && (
        <Button className="button" aria-label={t.rules.removeWhom(name ?? id)} onPress={() => void onAct("kick", id)}>
          {t.rules.remove}
        </Button>
      )}
    </li>
  );
}

function Invite({ onAct }: { onAct: Act }): ReactNode {
  const [whom, setWhom] = useState("");
  return (
    <Form
      className="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void onAct("invite", whom.trim()).then(() => setWhom(""));
      }}
    >
      <Field label={t.rules.invite} placeholder={t.rules.inviteExample} value={whom} onChange={setWhom} />
      <Button type="submit" className="button" isDisabled={whom.trim() === ""}>
        {t.rules.inviteSubmit}
      </Button>
    </Form>
  );
}

/** Creators stand above every level. */
function powerOf({ power_level: power }: Person): number {
  return power ?? Infinity;
}
