import { useCallback, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Facts } from "../ui/facts.tsx";
import { Loading } from "../ui/loading.tsx";
import { English } from "../ui/sentence.tsx";
import { useLoad } from "../ui/use-load.ts";
import { showHomeserver, whatIsMissing, type HomeserverInfo } from "./admin-api.ts";

/** What the homeserver can do, and whether it and the service reach each other. */
export function HomeserverFacts(): ReactNode {
  const { service, info } = useSession();
  const homeserver = useLoad(useCallback(() => showHomeserver(service), [service]));
  const missing = useLoad(whatIsMissing);
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
          {(found) => <Facts facts={[[t.admin.homeserver.address, info.homeserver.base_url], ...factsOf(found)]} />}
        </Loading>
      </section>
      <div className="actions">
        <Button
          className="button"
          onPress={() => {
            homeserver.reload();
            missing.reload();
          }}
        >
          {t.admin.homeserver.askAgain}
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

function factsOf({
  software,
  spec_versions: spec,
  room_versions: rooms,
  admin_api: api,
}: HomeserverInfo): [string, ReactNode][] {
  const stable = rooms.available.filter(({ stability }) => stability === "stable");
  const versions = stable.map(({ version }) => version).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return [
    [t.admin.homeserver.software, software ?? t.admin.homeserver.unknown],
    [t.admin.homeserver.spec, spec.length === 0 ? t.admin.homeserver.unknown : span(spec)],
    [t.admin.homeserver.defaultRoom, rooms.default ?? t.admin.homeserver.unknown],
    [t.admin.homeserver.rooms, versions.length === 0 ? t.admin.homeserver.unknown : versions.join(", ")],
    [
      t.admin.homeserver.api,
      api.fault === null ? (
        api.configured ? (
          t.admin.homeserver.apiWorks
        ) : (
          t.admin.homeserver.apiAbsent
        )
      ) : (
        <English key="fault">{api.fault}</English>
      ),
    ],
  ];
}

function span(versions: readonly string[]): string {
  const [first = "", last = ""] = [versions[0], versions.at(-1)];
  return first === last ? first : `${first} – ${last}`;
}
