import { isOutage } from '../jobs/outcomes.ts';
import { routesOf } from '../deploy/service-routes.ts';
import { engineLimitMs } from '../engine-access.ts';
import { HttpError } from '../http/http-error.ts';
import type { Service } from '../services/service.ts';
import { unknownService } from '../services/unknown-service.ts';
import type { ServiceQueries } from '../store/service-queries.ts';
import type { Zone, Zones } from './zones.ts';

export interface DnsApiTools {
  readonly store: Pick<ServiceQueries, 'find' | 'names'>;
  readonly zones: Pick<Zones, 'read'>;
  readonly domain: string;
  readonly publicPort: number;
}

/** By which names services are reached, and what the dynamic DNS on the engine answers for them. */
export class DnsApi {
  readonly #tools: DnsApiTools;

  constructor(tools: DnsApiTools) {
    this.#tools = tools;
  }

  /** The services that are reached by name; each is read when it is asked for. */
  async list(): Promise<Iterable<object>> {
    return this.#documents(await this.#zones());
  }

  async get(name: string): Promise<object> {
    const service = this.#tools.store.find(name);
    if (service === undefined) throw unknownService(name);
    if (!this.#isByName(service)) throw new HttpError(404, `${name} is not reached by name`);
    return dnsDocument(name, this.#tools.domain, await this.#zones());
  }

  *#documents(zones: readonly Zone[] | null): Generator<object> {
    const { store, domain } = this.#tools;
    for (const name of store.names()) {
      const service = store.find(name);
      if (service !== undefined && this.#isByName(service)) yield dnsDocument(name, domain, zones);
    }
  }

  /** Null: whether there is one is not known in time. */
  async #zones(): Promise<readonly Zone[] | null> {
    try {
      return await this.#tools.zones.read(AbortSignal.timeout(engineLimitMs));
    } catch (error) {
      if (isOutage(error)) return null;
      throw error;
    }
  }

  #isByName({ name, config }: Service): boolean {
    return routesOf(name, config, this.#tools.publicPort).some(({ byName }) => byName === true);
  }
}

/** Without `dns` where the engine has none. */
function dnsDocument(service: string, domain: string, zones: readonly Zone[] | null): object {
  const document = { service, domain: `${service}.${domain}`, loadBalancer: service };
  if (zones?.length === 0) return document;
  return { ...document, dns: zones === null ? null : zones.map((zone) => answerOf(zone, service, document.domain)) };
}

/** Of the domain of the service where the zone has it, else of the name of the service in the zone. */
function answerOf(zone: Zone, service: string, domain: string): object {
  if ('error' in zone) return zone;
  const suffix = `.${zone.zone}`;
  const name = domain.endsWith(suffix) ? domain.slice(0, -suffix.length) : service;
  const addresses = zone.names.find((one) => one.name === name)?.addresses ?? [];
  return { server: zone.server, name: name + suffix, addresses };
}
