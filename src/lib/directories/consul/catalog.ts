import type { RegisteredCheck, ObservedService, ServiceRegistration } from '../../model/service-entry.ts';
import { notServer } from '../request-failures.ts';
import type { CheckStatus, ServiceDirectory } from '../service-directory.ts';
import { consul } from './failures.ts';
import { hasTexts } from './has-texts.ts';
import { part, type ConsulHttp } from './http.ts';
import { putKey } from './keys.ts';

interface RawService {
  readonly ID: string;
  readonly Service: string;
  readonly Tags: readonly string[] | null;
  readonly Address: string;
  readonly Port: number;
  readonly Meta: Readonly<Record<string, string>> | null;
}

interface RawCheck {
  readonly CheckID: string;
  /** Empty for a check of the node. */
  readonly ServiceID: string;
}

/** Of the output of a check, the part that the agent keeps. */
const maxOutput = 4000;

/** The services of one Consul agent. Registrations survive a restart of the agent, unless it has no data directory. */
export class ConsulCatalog implements ServiceDirectory {
  readonly #http: ConsulHttp;
  readonly #signal: AbortSignal | undefined;

  constructor(http: ConsulHttp, signal?: AbortSignal) {
    this.#http = http;
    this.#signal = signal;
  }

  async list(): Promise<readonly ObservedService[]> {
    const [services, checks] = await Promise.all([
      this.#rows('list the services of the agent', '/agent/services', isRawService),
      this.#rows('list the checks of the agent', '/agent/checks', isRawCheck),
    ]);
    const checksOf = Map.groupBy(checks, ({ ServiceID }) => ServiceID);
    return services
      .map((service) => ({
        ...serviceOf(service),
        checkIds: (checksOf.get(service.ID) ?? []).map(({ CheckID }) => CheckID),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #rows<T>(step: string, path: string, isRow: (value: unknown) => value is T): Promise<readonly T[]> {
    const answer: unknown = await this.#http.askJson({ step, path, signal: this.#signal });
    const rows = typeof answer === 'object' && answer !== null ? Object.values(answer) : [undefined];
    if (!rows.every(isRow)) throw notServer(consul, { address: this.#http.address, step });
    return rows;
  }

  async register({ id, name, address, port, tags, meta, checks }: ServiceRegistration): Promise<void> {
    const body = {
      ID: id,
      Name: name,
      Tags: tags,
      Meta: meta,
      Port: port,
      ...(address === '' ? {} : { Address: address }),
      Checks: checks.map(rawCheck),
    };
    await this.#http.ask({
      step: `register ${id}`,
      method: 'PUT',
      path: '/agent/service/register',
      query: { 'replace-existing-checks': 'true' },
      body,
      signal: this.#signal,
    });
  }

  async deregister(id: string): Promise<void> {
    await this.#http.ask({
      step: `deregister ${id}`,
      method: 'PUT',
      path: `/agent/service/deregister/${part(id)}`,
      allow: [404],
      signal: this.#signal,
    });
  }

  async putKey(key: string, value: string): Promise<void> {
    await putKey(this.#http, key, value, this.#signal);
  }

  /** Of a ttl check. Output that is too long is cut. */
  async report(id: string, status: CheckStatus, output: string): Promise<void> {
    await this.#http.ask({
      step: `report the check ${id}`,
      method: 'PUT',
      path: `/agent/check/update/${part(id)}`,
      body: { Status: status, Output: output.slice(0, maxOutput) },
      signal: this.#signal,
    });
  }
}

function serviceOf({ ID, Service, Tags, Address, Port, Meta }: RawService): ObservedService {
  return { id: ID, name: Service, tags: Tags ?? [], address: Address, port: Port, meta: Meta ?? {} };
}

function isRawService(value: unknown): value is RawService {
  const { Port } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return hasTexts(value, ['ID', 'Service', 'Address']) && typeof Port === 'number';
}

function isRawCheck(value: unknown): value is RawCheck {
  return hasTexts(value, ['CheckID', 'ServiceID']);
}

function rawCheck(check: RegisteredCheck): object {
  const { id, name, ask, intervalSeconds = 10, timeoutSeconds = 10, deregisterAfterSeconds } = check;
  const common = {
    CheckID: id,
    Name: name,
    ...(deregisterAfterSeconds === undefined
      ? {}
      : { DeregisterCriticalServiceAfter: `${String(deregisterAfterSeconds)}s` }),
  };
  if ('ttlSeconds' in ask) return { ...common, TTL: `${ask.ttlSeconds}s` };
  return {
    ...common,
    ...('http' in ask ? { HTTP: ask.http } : { TCP: ask.tcp }),
    Interval: `${intervalSeconds}s`,
    Timeout: `${timeoutSeconds}s`,
  };
}
