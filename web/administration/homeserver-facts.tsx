import { useCallback, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Facts } from "../ui/facts.tsx";
import { Loading } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { English } from "../ui/sentence.tsx";
import { useLoad } from "../ui/use-load.ts";
import { checkHomeserver, showHomeserver, whatIsMissing } from "./admin-api.ts";
import { capabilityFacts } from "./capability-facts.tsx";

/** What the homeserver was seen to do, and whether it and the service reach each other. */
export function HomeserverFacts(): ReactNode {
  const { service, info } = useSession();
  const missing = useLoad(whatIsMissing);
  const [probes, setProbes] = useState(0);
  const [probing, setProbing] = useState(false);
  const { reload } = missing;
  const load = useCallback(async () => {
    if (probes === 0) return await showHomeserver(service);
    setProbing(true);
    try {
      return await checkHomeserver(service);
    } finally {
      setProbing(false);
      reload();
    }
  }, [service, probes, reload]);
  const homeserver = useLoad(load);
  return (
    <div className="stack narrow">
      <section className="card stack" aria-label={t.admin.homeserver.state}>
        <h2>{t.admin.homeserver.state}</h2>
        <Loading of={missing}>{(what) => <Checks missing={what} />}</Loading>
      </section>
      <section className="card stack" aria-label={info.homeserver.server_name}>
        <h2>
          <bdi>{info.homeserver.server_name}</bdi>
        </h2>
        <Loading of={homeserver}>
          {(found) => (
            <>
              {found.problems.length > 0 && (
                <Notice kind="error" heading={t.admin.homeserver.problems}>
                  {found.problems.map(({ key, message }) => (
                    <p key={key + message}>
                      <code>{key}</code> <English>{message}</English>
                    </p>
                  ))}
                </Notice>
              )}
              <Facts facts={[[t.admin.homeserver.address, info.homeserver.base_url], ...capabilityFacts(found)]} />
            </>
          )}
        </Loading>
      </section>
      <div className="actions">
        <Button className="button" isDisabled={probing} onPress={() => setProbes((last) => last + 1)}>
          {probing ? t.admin.homeserver.probing : t.admin.homeserver.probeAgain}
        </Button>
      </div>
    </div>
  );
}

/** Each thing that the service needs, and what is wrong with it. */
function Checks({ missing }: { missing: ReadonlyMap<string, string> }): ReactNode {
  const names = new Set([...Object.keys(t.admin.homeserver.checks), ...missing.keys()]);
  return (
    <ul className="rows">
      {[...names].map((name) => {
        const fault = missing.get(name);
        return (
          <li key={name}>
            <span className="grow">
              {t.admin.homeserver.checks[name] ?? name}
              {fault !== undefined && <English className="soft">{fault}</English>}
            </span>
            <span className={`state ${fault === undefined ? "succeeded" : "failed"}`}>
              {fault === undefined ? t.admin.homeserver.good : t.admin.homeserver.bad}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
