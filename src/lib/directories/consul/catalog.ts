import type { RegisteredCheck, ObservedService, ServiceRegistration } from '../../model/service-entry.ts';
import type { CheckStatus, ServiceDirectory } from '../service-directory.ts';
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
    const services = await this.#http.askJson<Readonly<Record<string, RawService>>>({
      step: 'list the services of the agent',
      path: '/agent/services',
      signal: this.#signal,
    });
    return Object.values(services)
      .map(serviceOf)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
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

function rawCheck({ id, name, ask, intervalSeconds = 10, timeoutSeconds = 10 }: RegisteredCheck): object {
  if ('ttlSeconds' in ask) return { CheckID: id, Name: name, TTL: `${ask.ttlSeconds}s` };
  return {
    CheckID: id,
    Name: name,
    ...('http' in ask ? { HTTP: ask.http } : { TCP: ask.tcp }),
    Interval: `${intervalSeconds}s`,
    Timeout: `${timeoutSeconds}s`,
  };
}
