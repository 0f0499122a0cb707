import { useCallback, type ReactNode } from "react";
import { useSession } from "../session/session.ts";
import { dayAndTime } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Facts } from "../ui/facts.tsx";
import { Loading } from "../ui/loading.tsx";
import { useLoad } from "../ui/use-load.ts";
import { listKeys } from "./admin-api.ts";

/** The keys with which bundles are signed. */
export function Keys(): ReactNode {
  const { service } = useSession();
  const keys = useLoad(useCallback(() => listKeys(service), [service]));
  return (
    <div className="stack narrow">
      <p>{t.admin.keys.lead}</p>
      <Loading of={keys}>
        {(all) =>
          all.map(({ key_id: id, server_name: server, public_key: key, created_at: at }, index) => (
            <article key={id} className="card job" aria-label={id}>
              <header>
                <h2>
                  <code>{id}</code>
                </h2>
                {index === 0 && <span className="state succeeded">{t.admin.keys.current}</span>}
              </header>
              <Facts
                facts={[
                  [t.admin.keys.server, <bdi key="server">{server}</bdi>],
                  [t.admin.keys.made, dayAndTime(at)],
                  [t.admin.keys.key, <code key="key">{key}</code>],
                ]}
              />
            </article>
          ))
        }
      </Loading>
    </div>
  );
}
