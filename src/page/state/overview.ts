import type { Deployment, Host, Service, Unit } from './documents.ts';
import { inOrder, type PageState, type Snapshot } from './page-state.ts';
import { unitWord, unitWords, type UnitWord } from './unit-word.ts';

/** A unit as its box shows it. */
export interface UnitView {
  readonly unit: Unit;
  readonly word: UnitWord;
  /** It has gone, and its box stays for a moment. */
  readonly isLeaving: boolean;
}

export interface ServiceRow {
  readonly name: string;
  /** Newest with a unit, or of the latest deployment. */
  readonly version: number | undefined;
  /** While a deploy is under way. */
  readonly nextVersion: number | undefined;
  readonly word: UnitWord;
  readonly summary: string;
  /** Of each host, in the order of the hosts; last, those on no host. */
  readonly cells: readonly (readonly UnitView[])[];
}

export interface Overview {
  readonly hosts: readonly Host[];
  readonly rows: readonly ServiceRow[];
  readonly counts: Readonly<Record<UnitWord, number>>;
  /** Whether there is a unit on no host. */
  readonly hasUnplaced: boolean;
}

export function findHost({ hosts = [] }: Snapshot, { machineState }: Unit): Host | undefined {
  return hosts.find(({ ID }) => ID === machineState?.ID);
}

export function latestDeployment({ deployments = [] }: Snapshot, service: string): Deployment | undefined {
  return deployments.find((deployment) => deployment.service === service);
}

export function isUnderWay({ state }: Deployment): boolean {
  return !['done', 'failed', 'superseded'].includes(state);
}

/** Hosts by services. Services are by name and hosts as they joined, whatever their state. */
export function overviewOf({ data, leaving }: PageState): Overview {
  const { services = [], hosts = [], units = [] } = data;
  const gone = [...leaving.values()].map(({ unit }) => unit);
  const views = [...units, ...gone].sort(inOrder).map((unit) => viewOf(unit, data, leaving.has(unit.name)));
  const here = views.filter(({ isLeaving }) => !isLeaving);
  const names = new Set([...services.map(({ name }) => name), ...views.map(({ unit }) => unit.service)]);
  const byService = Map.groupBy(views, ({ unit }) => unit.service);
  const rowOf = (name: string): ServiceRow => {
    const service = services.find((one) => one.name === name);
    return serviceRow({ name, service, views: byService.get(name) ?? [], data });
  };
  const rows = [...names].sort().map(rowOf);
  return {
    hosts,
    rows,
    counts: Object.fromEntries(
      unitWords.map((word) => [word, here.filter((view) => view.word === word).length]),
    ) as Overview['counts'],
    hasUnplaced: rows.some(({ cells }) => cells.at(-1)?.length !== 0),
  };
}

function viewOf(unit: Unit, data: Snapshot, isLeaving: boolean): UnitView {
  const around = { host: findHost(data, unit), deployment: latestDeployment(data, unit.service) };
  return { unit, word: unitWord(unit, around), isLeaving };
}

interface RowParts {
  readonly name: string;
  readonly service: Service | undefined;
  readonly views: readonly UnitView[];
  readonly data: Snapshot;
}

function serviceRow({ name, service, views, data }: RowParts): ServiceRow {
  const deployment = latestDeployment(data, name);
  const here = views.filter(({ isLeaving }) => !isLeaving);
  const underWay = deployment !== undefined && isUnderWay(deployment) ? deployment : undefined;
  const running = here.filter(({ unit }) => unit.version !== underWay?.version).map(({ unit }) => unit.version);
  const hostIds = [...(data.hosts ?? []).map(({ ID }) => ID), undefined];
  const byHost = Map.groupBy(views, ({ unit }) => findHost(data, unit)?.ID);
  return {
    name,
    version: running.length === 0 ? (underWay === undefined ? deployment?.version : undefined) : Math.max(...running),
    nextVersion: underWay?.version,
    ...summaryOf(here, { service, deployment, underWay }),
    cells: hostIds.map((id) => byHost.get(id) ?? []),
  };
}

const well: ReadonlySet<UnitWord> = new Set(['healthy', 'running']);
/** The word of a row is the first of these that one of its units has. */
const worst: readonly UnitWord[] = ['failed', 'unreachable', 'unhealthy', 'orphan', 'starting', 'draining', 'stopped'];

interface Deploys {
  readonly service: Service | undefined;
  readonly deployment: Deployment | undefined;
  readonly underWay: Deployment | undefined;
}

function summaryOf(views: readonly UnitView[], { service, deployment, underWay }: Deploys) {
  if (service === undefined) return { word: 'orphan', summary: `${views.length} without a service` } as const;
  const desired = service.config.numInstances ?? 1;
  const ready = (version?: number): number =>
    views.filter(({ unit, word }) => well.has(word) && (version ?? unit.version) === unit.version).length;
  if (underWay !== undefined) {
    const summary = `${underWay.state}: ${ready(underWay.version)} of ${desired} ready`;
    return { word: 'starting', summary } as const;
  }
  const failed = deployment?.state === 'failed' ? `; ${deployment.version} failed` : '';
  if (views.length === 0 && failed === '') return { word: 'stopped', summary: 'never deployed' } as const;
  const found = worst.find((word) => views.some((view) => view.word === word));
  const word =
    failed === '' ? (found ?? (views.some((view) => view.word === 'healthy') ? 'healthy' : 'running')) : 'failed';
  return { word, summary: `${ready()} of ${desired} ready${failed}` };
}
