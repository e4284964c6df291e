import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Address } from '../state/address.ts';
import type { Shown } from '../live/store.ts';
import { isUnderWay, latestDeployment, overviewOf, type ServiceRow } from '../state/overview.ts';
import { Configuration } from './configuration.tsx';
import { DeployPhases } from './deploy-phases.tsx';
import { Glyph } from './glyph.tsx';
import { History } from './history.tsx';
import { PlanDialog, type PlannedChange } from './plan-dialog.tsx';

/** One service: its last deploy, what runs and what the next version would have, and its versions. */
export function ServiceView({ shown, address }: { readonly shown: Shown; readonly address: Address }): JSX.Element {
  const { state } = shown;
  const [change, setChange] = useState<PlannedChange | undefined>();
  const { rows } = overviewOf(state);
  const row =
    rows.find(({ name }) => name === address.subject) ?? (address.subject === undefined ? rows[0] : undefined);
  const service = state.data.services?.find(({ name }) => name === row?.name);
  return (
    <div class="service">
      <ServiceList rows={rows} current={row?.name} />
      <div>
        {service === undefined || row === undefined ? (
          <p class="panel padded">
            {address.subject === undefined ? 'No service yet.' : `There is no service ${address.subject}.`}{' '}
            <a href="#/journal">Journal</a>
          </p>
        ) : (
          <>
            <div class="title-row">
              <h1>
                {row.name}{' '}
                <span class="quiet">
                  {[row.version && `version ${row.version}`, row.summary].filter(Boolean).join(' · ')}
                </span>
              </h1>
              <span class="actions">
                <button
                  type="button"
                  class="button main"
                  disabled={!state.isLive}
                  onClick={() => setChange({ kind: 'deploy', service: service.name, image: imageOf(state, service) })}
                >
                  Deploy…
                </button>
              </span>
            </div>
            <Latest shown={shown} name={row.name} />
            <Configuration state={state} service={service} />
            <History
              state={state}
              service={service.name}
              onRollback={(version) => setChange({ kind: 'rollback', service: service.name, version })}
            />
          </>
        )}
      </div>
      {change !== undefined && <PlanDialog change={change} onClose={() => setChange(undefined)} />}
    </div>
  );
}

function imageOf(
  { data }: Shown['state'],
  { name, dockerRepository }: { name: string; dockerRepository: string },
): string {
  const last = (data.journal ?? []).findLast(({ serviceName }) => serviceName === name);
  return last?.config.image ?? dockerRepository;
}

function Latest({ shown: { state }, name }: { readonly shown: Shown; readonly name: string }): JSX.Element | null {
  const deployment = latestDeployment(state.data, name);
  if (deployment === undefined) return <p class="panel padded">It was never deployed.</p>;
  return (
    <section aria-labelledby="deploy-title">
      <h2 id="deploy-title">
        {isUnderWay(deployment) ? 'Deploy under way' : 'Last deploy'}{' '}
        <span class="quiet">version {deployment.version}</span>
      </h2>
      <DeployPhases deployment={deployment} />
    </section>
  );
}

function ServiceList({
  rows,
  current,
}: {
  readonly rows: readonly ServiceRow[];
  readonly current: string | undefined;
}) {
  return (
    <nav class="service-list" aria-label="Services">
      <h2>
        Services <span class="quiet">{rows.length}</span>
      </h2>
      {rows.map(({ name, word, version, nextVersion }) => (
        <a key={name} href={`#/service/${name}`} aria-current={name === current ? 'page' : undefined}>
          <Glyph name={word} /> {name}{' '}
          <span class="quiet">
            {version}
            {nextVersion !== undefined && ` → ${nextVersion}`}
          </span>
        </a>
      ))}
    </nav>
  );
}
