import { useCallback, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Meter } from "react-aria-components/Meter";
import { useSession } from "../session/session.ts";
import { bytes } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Loading } from "../ui/loading.tsx";
import { useLoad } from "../ui/use-load.ts";
import { showStorage, type StorageUse } from "./admin-api.ts";

/** How much is kept, and for whom. */
export function Storage(): ReactNode {
  const { service } = useSession();
  const storage = useLoad(useCallback(() => showStorage(service), [service]));
  return (
    <div className="stack narrow">
      <Loading of={storage}>{(use) => <Use use={use} />}</Loading>
      <div className="actions">
        <Button className="button" onPress={storage.reload}>
          {t.admin.reload}
        </Button>
      </div>
    </div>
  );
}

function Use({ use: { bundles, bytes: total, per_user: limit, users } }: { use: StorageUse }): ReactNode {
  if (users.length === 0) return <p className="card empty">{t.admin.storage.none}</p>;
  // without a limit the largest is the measure
  const most = limit ?? users[0]?.bytes ?? 1;
  return (
    <>
      <p>
        {t.admin.storage.all(bytes(total), bundles)}{" "}
        {limit === null ? t.admin.storage.noLimit : t.admin.storage.limit(bytes(limit))}
      </p>
      <ul className="card rows" aria-label={t.admin.section.storage}>
        {users.map(({ owner, bundles: count, bytes: size }) => {
          const name = owner ?? t.admin.storage.nobody;
          const percent = Math.min(100, (size / Math.max(1, most)) * 100);
          return (
            <li key={name}>
              <span className="grow">
                <bdi className="name">{name}</bdi>
                <span className="soft">{t.admin.storage.of(bytes(size), count)}</span>
                <Meter className="bar" aria-label={name} value={percent} valueLabel={bytes(size)}>
                  <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={percent} height="1" />
                  </svg>
                </Meter>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
