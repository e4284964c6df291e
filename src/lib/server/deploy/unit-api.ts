import { setTimeout as delay } from 'node:timers/promises';
import { definedOnly } from '../../defined.ts';
import type { EngineReader } from '../../engine/engine.ts';
import { NotFound } from '../../errors.ts';
import type { ObservedNode } from '../../model/observed-state.ts';
import { engineLimitMs, type EngineAccess } from '../engine-access.ts';
import { HttpError } from '../http/http-error.ts';
import { unknownService } from '../services/unknown-service.ts';
import { observeBalancers } from './balancer-units.ts';
import type { DeployStore } from './deploy-store.ts';
import { unitLog } from './failure-details.ts';
import { observeUnits, type Observation } from './observe-units.ts';
import { orphanTest } from './orphans.ts';
import { RunningTimes } from './running-times.ts';
import { clusterDocument, hostDocument, unitDocument, unitsOn, usedTogether } from './unit-document.ts';
import { hasLeft, type Unit } from './unit.ts';
import { UsageReader, type Used } from './usage.ts';

export interface UnitApiTools {
  readonly engine: EngineAccess;
  readonly store: Pick<DeployStore, 'find' | 'findVersion' | 'removals'>;
  readonly server: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface LogQuery {
  readonly tail?: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

interface Look {
  readonly observed: Observation;
  readonly used: ReadonlyMap<string, Used>;
}

/** A part of the time in which a request is answered. */
const usageMs = 400;
const followMs = 1000;
/** What a program prints last comes a little after its end. */
const lastMs = 1000;

/** What may be asked of hosts and units, as they are at the moment of the request. */
export class UnitApi {
  readonly #tools: UnitApiTools;
  readonly #usage: UsageReader;

  constructor(tools: UnitApiTools) {
    this.#tools = tools;
    this.#usage = new UsageReader(tools.now);
  }

  async cluster(): Promise<object> {
    const { observed, used } = await this.#look();
    return clusterDocument(
      observed.nodes,
      observed.units,
      usedTogether(observed.units.map((unit) => usedBy(unit, used))),
    );
  }

  async hosts(): Promise<readonly object[]> {
    const look = await this.#look();
    return look.observed.nodes.map((node) => host(node, look));
  }

  async host(id: string): Promise<object> {
    const look = await this.#look();
    const node = look.observed.nodes.find((one) => one.id === id);
    if (node === undefined) throw new HttpError(404, `there is no host ${id}`);
    return host(node, look);
  }

  async hostHealth(id: string): Promise<object> {
    const { nodes } = await this.#observe();
    return { healthy: nodes.some((node) => node.id === id && node.state === 'ready') };
  }

  /** Of one service, or of all, which may have the balancers with them. */
  async units(service: string | undefined, withBalancers: boolean): Promise<readonly object[]> {
    this.#require(service);
    const { observed, used } = await this.#look(service);
    const balancers = withBalancers && service === undefined ? await this.#balancers(observed) : [];
    return [
      ...this.#documents(unitsOf(observed, service), { observed, used }),
      ...balancers.map((unit) => unitDocument(unit, observed.nodes, usedBy(unit, used))),
    ];
  }

  async unit(name: string, service?: string): Promise<object> {
    this.#require(service);
    const look = await this.#look(service);
    const [found = {}] = this.#documents([find(name, look.observed, service)], look);
    return found;
  }

  async unitHealth(name: string, service?: string): Promise<object> {
    const { units } = await this.#observe();
    const unit = units.find((one) => one.name === name && (service ?? one.service) === one.service);
    return { healthy: unit !== undefined && unit.state === 'running' && unit.health !== 'unhealthy' };
  }

  /** The lines of a unit, each with its newline. Rejects before the first one where there is no such unit. */
  async log(service: string, name: string, query: LogQuery): Promise<AsyncGenerator<string>> {
    this.#require(service);
    const observed = await this.#observe();
    const unit = find(name, observed, service);
    return this.#readLog(unit, observed.kind, await this.#tools.engine.open(), query);
  }

  async *#readLog(
    unit: Unit,
    kind: Observation['kind'],
    engine: EngineReader,
    { tail, follow, signal }: LogQuery,
  ): AsyncGenerator<string> {
    const over = new AbortController();
    const inside = AbortSignal.any([signal, over.signal]);
    if (follow) void this.#untilOver(unit, inside).then(() => over.abort());
    try {
      const request = { follow, signal: inside, ...definedOnly({ tail }) };
      for await (const { text } of unitLog(unit, kind, engine, request)) yield `${text}\n`;
    } catch (error) {
      // It went while its log was read.
      if (!(error instanceof NotFound)) throw error;
    } finally {
      over.abort();
    }
  }

  /** Engines never end the log of a task that is followed. */
  async #untilOver({ id }: Unit, signal: AbortSignal): Promise<void> {
    for (let isThere = true; isThere && !signal.aborted;) {
      await delay(followMs, undefined, { signal }).catch(() => {});
      const observed = await this.#observe().catch(() => undefined);
      isThere = observed === undefined || observed.units.some((unit) => unit.id === id && !hasLeft(unit));
    }
    await delay(lastMs, undefined, { signal }).catch(() => {});
  }

  #documents(units: readonly Unit[], { observed, used }: Look): readonly object[] {
    const isOrphan = orphanTest(this.#tools.store);
    return units.map((unit) => ({
      ...unitDocument(unit, observed.nodes, usedBy(unit, used)),
      ...(isOrphan(unit) ? { orphan: true } : {}),
    }));
  }

  #balancers(observed: Observation): Promise<readonly Unit[]> {
    const { engine, server } = this.#tools;
    return engine.ask((reader) => observeBalancers(reader, server, observed), AbortSignal.timeout(engineLimitMs));
  }

  #require(service: string | undefined): void {
    if (service !== undefined && this.#tools.store.find(service) === undefined) throw unknownService(service);
  }

  /** Without what units use, which costs a call for each. */
  #observe(): Promise<Observation> {
    const { engine, server, now } = this.#tools;
    const limit = AbortSignal.timeout(engineLimitMs);
    return engine.ask((reader) => observeUnits(reader, server, new RunningTimes(0), now()), limit);
  }

  async #look(service?: string): Promise<Look> {
    const { engine, server, now } = this.#tools;
    const limit = AbortSignal.timeout(engineLimitMs);
    return engine.ask(async (reader) => {
      const observed = await observeUnits(reader, server, new RunningTimes(0), now());
      const ids = unitsOf(observed, service).flatMap((unit) => containerHere(unit, observed) ?? []);
      return { observed, used: await this.#usage.read(reader, ids, AbortSignal.timeout(usageMs)) };
    }, limit);
  }
}

function host(node: ObservedNode, { observed, used }: Look): object {
  const own = unitsOn(node, observed.units).map((unit) => usedBy(unit, used));
  return hostDocument(node, unitsOf(observed, undefined), usedTogether(own));
}

/** Running, and on the engine that is asked. */
function containerHere(unit: Unit, { facts, kind }: Observation): string | undefined {
  const isHere = kind === 'engine' || unit.nodeId === facts.swarmNodeId;
  return isHere && unit.state === 'running' ? unit.containerId : undefined;
}

function usedBy({ containerId }: Unit, used: Look['used']): Used | null {
  return used.get(containerId ?? '') ?? null;
}

function unitsOf({ units }: Observation, service: string | undefined): readonly Unit[] {
  const own = units.filter((unit) => service === undefined || unit.service === service);
  return own.sort((a, b) => compare(a.service, b.service) || a.version - b.version || a.instance - b.instance);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function find(name: string, observed: Observation, service: string | undefined): Unit {
  const unit = unitsOf(observed, service).find((one) => one.name === name);
  if (unit === undefined) throw new HttpError(404, `there is no unit ${name}`);
  return unit;
}
