import type { Deployment, Host, Job, Unit } from './documents.ts';
import type { PageState } from './page-state.ts';
import { findHost, latestDeployment } from './overview.ts';
import { ended, reasonOf, sentence, unitWord, type UnitWord } from './unit-word.ts';

type AttentionWord = Extract<UnitWord, 'failed' | 'unreachable' | 'unhealthy' | 'orphan'> | 'pending';

/** One thing that is not well. */
export interface AttentionItem {
  readonly key: string;
  readonly word: AttentionWord;
  readonly name: string;
  /** Version, host, or what kind of thing it is. */
  readonly more: string;
  readonly reason: string;
  readonly since: number;
  readonly action: { readonly label: string; readonly view: string };
}

const order: readonly AttentionWord[] = ['failed', 'unreachable', 'unhealthy', 'pending', 'orphan'];
/** A job that failed longer ago is history: nobody waits for it. */
const failedJobMs = 3_600_000;

/** All that is not well, the worst first, and of equals the oldest. What is over is not in it. */
export function attention(state: PageState, now: number): readonly AttentionItem[] {
  const { deployments = [], units = [], hosts = [], jobs = [] } = state.data;
  const items = [
    ...latestOfEach(deployments).flatMap(deployItem),
    ...units.flatMap((unit) => unitItem(unit, state)),
    ...hosts.flatMap((host) => hostItem(host, units)),
    ...jobs.flatMap((job) => jobItem(job, now)),
  ];
  return items.sort((a, b) => order.indexOf(a.word) - order.indexOf(b.word) || a.since - b.since);
}

/** They are newest first. */
function latestOfEach(deployments: readonly Deployment[]): readonly Deployment[] {
  const seen = new Set<string>();
  return deployments.filter(({ service }) => !seen.has(service) && seen.add(service));
}

function deployItem(deployment: Deployment): readonly AttentionItem[] {
  if (deployment.state !== 'failed') return [];
  const { id, service, version, error = 'the reason is not known', phases } = deployment;
  const during = phases.at(-2)?.name ?? 'queued';
  return [
    {
      key: `deployment ${id}`,
      word: 'failed',
      name: service,
      more: `version ${version}`,
      reason: `Deploy failed in ${during}: ${ended(error)} What ran before was not touched.`,
      since: phases.at(-1)?.at ?? 0,
      action: { label: 'See why', view: `service/${service}` },
    },
  ];
}

const unwell: ReadonlySet<UnitWord> = new Set(['failed', 'unhealthy', 'orphan']);

function unitItem(unit: Unit, { data }: PageState): readonly AttentionItem[] {
  const host = findHost(data, unit);
  const word = unitWord(unit, { host, deployment: latestDeployment(data, unit.service) });
  if (!unwell.has(word)) return [];
  return [
    {
      key: `unit ${unit.name}`,
      word: word as AttentionWord,
      name: unit.name,
      more: host?.Hostname ?? '',
      reason: reasonOf(unit, word) ?? '',
      since: unit.since,
      action: { label: 'Show the service', view: `service/${unit.service}` },
    },
  ];
}

function hostItem({ ID, Hostname, State, PublicIP }: Host, units: readonly Unit[]): readonly AttentionItem[] {
  if (State === 'ready') return [];
  const count = units.filter(({ machineState }) => machineState?.ID === ID).length;
  return [
    {
      key: `host ${ID}`,
      word: 'unreachable',
      name: Hostname,
      more: 'host',
      reason: `The Swarm says that ${PublicIP || 'it'} is ${State}. The state of its ${count} units is not known.`,
      since: 0,
      action: { label: 'Show the host', view: 'hosts' },
    },
  ];
}

function jobItem(job: Job, now: number): readonly AttentionItem[] {
  const ended = Date.parse(job.finishedAt ?? job.createdAt);
  const isFailed = job.state === 'failed' && now - ended < failedJobMs;
  const isWaiting = job.state === 'pending' && job.error !== undefined && job.schedule === undefined;
  if (!isFailed && !isWaiting) return [];
  return [
    {
      key: `job ${job.id}`,
      word: isFailed ? 'failed' : 'pending',
      name: job.name,
      more: 'job',
      reason: sentence(job.error ?? `ended with exit code ${job.exitCode ?? '?'}`),
      since: ended,
      action: { label: 'Show the job', view: 'jobs' },
    },
  ];
}
