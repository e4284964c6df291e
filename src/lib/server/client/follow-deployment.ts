import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted, OperationFailed } from '../../errors.ts';
import type { ProgressSink } from '../../events.ts';
import { isEnded, type Deployment } from '../deploy/deployment.ts';
import type { ServicesClient } from './services-client.ts';

const pauseMs = 300;
const pastTexts: Readonly<Record<string, string>> = {
  queued: 'queued',
  pulling: 'pulled',
  starting: 'started',
  switching: 'switched',
  draining: 'drained',
};

export interface FollowOptions {
  /** False: resolves with the deployment as it is. */
  readonly wait: boolean;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** Shows how a deployment goes on until it has ended. Rejects with its cause when it is not done then. */
export async function followDeployment(
  client: Pick<ServicesClient, 'deployment'>,
  id: string,
  { wait, progress, signal }: FollowOptions,
): Promise<Deployment> {
  let shown = 0;
  let deployment = await client.deployment(id);
  if (!wait) return deployment;
  const subject = `${deployment.service} ${String(deployment.version)}`;
  progress({ type: 'begin', subjects: [{ name: subject, kind: 'instance' }] });
  try {
    for (;;) {
      for (const event of phaseEvents(deployment, shown)) progress({ type: 'operation', subject, ...event });
      shown = deployment.phases.length;
      if (isEnded(deployment)) break;
      await delay(pauseMs, undefined, { signal }).catch(() => {
        throw new Interrupted();
      });
      deployment = await client.deployment(id);
    }
  } finally {
    progress({ type: 'end', failed: deployment.state !== 'done' });
  }
  if (deployment.state !== 'done') throw failure(deployment);
  return deployment;
}

interface PhaseEvent {
  readonly operation: string;
  readonly state: 'working' | 'done' | 'failed';
  readonly text: string;
}

/** A phase is done when the next one begins. */
function phaseEvents({ phases }: Deployment, shown: number): readonly PhaseEvent[] {
  return phases.slice(shown).flatMap(({ name }, index): readonly PhaseEvent[] => {
    const before = phases[shown + index - 1]?.name;
    if (name === 'failed' || name === 'superseded') return [{ operation: before ?? name, state: 'failed', text: name }];
    const past: readonly PhaseEvent[] =
      before === undefined ? [] : [{ operation: before, state: 'done', text: pastTexts[before] ?? before }];
    return name === 'done' ? past : [...past, { operation: name, state: 'working', text: name }];
  });
}

function failure({ service, version, state, error, unit, node, exitCode, logs = [] }: Deployment): OperationFailed {
  const place = [unit, node === undefined ? undefined : `on ${node}`].filter((word) => word !== undefined).join(' ');
  const code = exitCode === undefined ? '' : `, exit code ${String(exitCode)}`;
  const cause = error ?? (state === 'superseded' ? 'a newer version took its place' : state);
  const where = place === '' ? '' : ` (${place}${code})`;
  return new OperationFailed(`${service} version ${String(version)}: ${cause}${where}`, {
    code: 'DEPLOY_FAILED',
    ...(unit === undefined ? {} : { container: unit }),
    logs,
    suggestions: state === 'failed' ? [`what ran before still runs: dockerops units ${service}`] : [],
  });
}
