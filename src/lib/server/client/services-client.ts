import { definedOnly } from '../../defined.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { ServerClient } from './server-client.ts';

export interface ServiceAnswer {
  readonly name: string;
  readonly description?: string;
  readonly dockerRepository: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface WholeServiceAnswer extends ServiceAnswer {
  /** The version that runs. */
  readonly running: number | null;
  readonly lastModifiedTime: number;
}

export interface UnitAnswer {
  readonly name: string;
  readonly service: string;
  readonly version: number;
  readonly activeState: string;
  readonly subState: string;
  readonly machineState?: { readonly ID?: string; readonly PublicIP?: string };
  readonly error?: string;
  /** No service of the server has it. */
  readonly orphan?: boolean;
}

interface PlanAnswer {
  readonly service: string;
  readonly version: number;
  readonly image?: string;
  readonly operations?: readonly { readonly kind: string; readonly subject: string; readonly cause: string }[];
  readonly blockers?: readonly string[];
}

interface Document<T> {
  readonly doc: T;
  readonly warnings?: readonly string[];
}

/** Services, deploys and units of a server. */
export class ServicesClient extends ServerClient {
  async list(): Promise<readonly ServiceAnswer[]> {
    return ((await this.json('GET', '/services')) as Document<readonly ServiceAnswer[]>).doc;
  }

  async show(name: string): Promise<WholeServiceAnswer> {
    return ((await this.json('GET', pathOf(name))) as Document<WholeServiceAnswer>).doc;
  }

  async create(service: object): Promise<Document<ServiceAnswer>> {
    return (await this.json('POST', '/services', service)) as Document<ServiceAnswer>;
  }

  /** Replaces keys of the next configuration. */
  async set(name: string, change: object): Promise<Document<object>> {
    return (await this.json('PATCH', `${pathOf(name)}/config/next`, change)) as Document<object>;
  }

  async remove(name: string): Promise<void> {
    await this.json('DELETE', pathOf(name));
  }

  /** Returns the id of the deployment. */
  async deploy(service: string, image: string, pushedAt: number): Promise<string> {
    return this.#started('/hooks/deploy', { serviceName: service, dockerRepository: image, pushedAt });
  }

  /** What a deploy would do. */
  async plan(service: string, image: string, pushedAt: number): Promise<PlanAnswer> {
    const body = { serviceName: service, dockerRepository: image, pushedAt };
    return ((await this.json('POST', '/hooks/deploy?dryRun=true', body)) as Document<PlanAnswer>).doc;
  }

  /** Returns the id of the deployment. */
  async rollback(service: string, version: number): Promise<string> {
    return this.#started(`${pathOf(service)}/rollback`, { version });
  }

  async deployment(id: string): Promise<Deployment> {
    const path = `/deployments/${encodeURIComponent(id)}`;
    return ((await this.json('GET', path)) as Document<Deployment>).doc;
  }

  /** Newest first. */
  async deployments(service: string): Promise<readonly Deployment[]> {
    const path = `/deployments?service=${encodeURIComponent(service)}`;
    return ((await this.json('GET', path)) as Document<readonly Deployment[]>).doc;
  }

  async units(service: string | undefined): Promise<readonly UnitAnswer[]> {
    const path = service === undefined ? '/cluster/units' : `${pathOf(service)}/units`;
    return (await this.json('GET', path)) as readonly UnitAnswer[];
  }

  /** Server-Sent Events, after the one with this id. */
  async events(lastId: string | undefined): Promise<AsyncIterable<Buffer>> {
    return this.send('GET', '/events', undefined, definedOnly({ 'last-event-id': lastId }));
  }

  async #started(path: string, body: object): Promise<string> {
    const response = await this.send('POST', path, body);
    response.resume();
    return (response.headers.location ?? '').split('/').at(-1) ?? '';
  }
}

function pathOf(name: string): string {
  return `/services/${encodeURIComponent(name)}`;
}
