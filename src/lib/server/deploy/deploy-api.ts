import { randomBytes } from 'node:crypto';
import { definedOnly } from '../../defined.ts';
import { HttpError } from '../http/http-error.ts';
import { unknownService } from '../services/unknown-service.ts';
import type { Service, ServiceVersion } from '../services/service.ts';
import type { NewVersion } from '../store/service-store.ts';
import type { DeployHook, DockerhubHook } from './deploy-schema.ts';
import { DeployWaits, locationOf, type DeployWaitsTools } from './deploy-waits.ts';
import { deploymentDocument } from './deployment-document.ts';

export interface DeployApiTools extends DeployWaitsTools {
  /** Versions are recorded and not run. */
  readonly isIdle: boolean;
  /** What a deploy of the version would do. Rejects with an HttpError when that cannot be told. */
  readonly preview: (version: ServiceVersion) => Promise<object>;
}

export interface DeployOptions {
  /** Answers when the deploy has ended. */
  readonly wait: boolean;
  /** Answers with what it would do, and records nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface DeployAnswer {
  readonly json: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const isOff: ReadonlySet<unknown> = new Set(['never', 'false', false]);

/** What may be asked of deploys. A deploy is recorded before it is answered; the units follow. */
export class DeployApi {
  readonly #tools: DeployApiTools;
  readonly #waits: DeployWaits;

  constructor(tools: DeployApiTools) {
    this.#tools = tools;
    this.#waits = new DeployWaits(tools);
  }

  async deploy({ serviceName, dockerRepository, pushedAt }: DeployHook, options: DeployOptions): Promise<DeployAnswer> {
    const make = this.#pushed(dockerRepository, pushedAt);
    return this.#answer(await this.#record(serviceName, make, options), { statusCode: 200 }, options);
  }

  /** Docker Hub says which repository was pushed; its service is one that has it. */
  async dockerhub({ push_data: push, repository }: DockerhubHook, options: DeployOptions): Promise<DeployAnswer> {
    const { repo_name: name } = repository;
    const service = this.#tools.store.findByRepository(name);
    if (service === undefined) throw new HttpError(404, `No service has the repository ${name}.`);
    if (isOff.has(service.config.autoDeploy)) return { json: { statusCode: 200, message: 'autoDeploy is off' } };
    const image = push?.tag == null ? name : `${withoutTag(name)}:${push.tag}`;
    const made = await this.#record(service.name, this.#pushed(image, push?.pushed_at), options);
    return this.#answer(made, { statusCode: 201 }, options);
  }

  /** A new version with the image and the configuration of an earlier one. */
  async rollback(name: string, version: number, options: DeployOptions): Promise<DeployAnswer> {
    const make = (): NewVersion => {
      const earlier = this.#tools.store.findVersion(name, version);
      if (earlier === undefined) throw new HttpError(404, `${name} has no version ${String(version)}`);
      return { image: earlier.image, config: earlier.config, rollbackOf: version };
    };
    return this.#answer(await this.#record(name, make, options), { statusCode: 200 }, options);
  }

  *list(service: string | undefined, limit: number): Generator<object> {
    for (const each of this.#tools.store.deployments(service, limit)) yield deploymentDocument(each);
  }

  get(id: string): object {
    const deployment = this.#tools.store.deployment(id);
    if (deployment === undefined) throw new HttpError(404, `there is no deployment ${id}`);
    return { doc: deploymentDocument(deployment) };
  }

  /** `pushedAt` is by the clock of the registry, which may have told of pushes in another order. */
  #pushed(image: string, pushedAt: number | undefined): (service: Service) => NewVersion {
    return ({ name, config }) => {
      const last = this.#tools.store.latestVersion(name)?.pushedAt;
      const isOlder = last !== undefined && pushedAt !== undefined && pushedAt < last;
      const note = isOlder ? 'it was pushed before the version that was deployed last' : undefined;
      return { image, config, ...definedOnly({ pushedAt, note }) };
    };
  }

  /** Resolves with the id of the deployment, or with the plan of a dry run. */
  async #record(
    name: string,
    make: (service: Service) => NewVersion,
    { wait, dryRun }: DeployOptions,
  ): Promise<{ readonly id: string } | { readonly plan: object }> {
    if (wait) this.#waits.requireRoom();
    const { store, now } = this.#tools;
    const facts = { id: randomBytes(8).toString('hex'), now: now() };
    if (dryRun) return { plan: await this.#plan(name, make, facts.now) };
    const deployment = await store.deploy(name, facts, make);
    if (deployment === undefined) throw unknownService(name);
    return deployment;
  }

  async #plan(name: string, make: (service: Service) => NewVersion, now: number): Promise<object> {
    const { store, preview } = this.#tools;
    const service = store.find(name);
    if (service === undefined) throw unknownService(name);
    const { note: _note, ...request } = make(service);
    const version = (store.latestVersion(name)?.version ?? 0) + 1;
    const config = { ...request.config, image: request.image };
    return preview({ service: name, version, createdAt: now, ...request, config });
  }

  async #answer(
    made: { readonly id: string } | { readonly plan: object },
    json: object,
    { wait, signal }: DeployOptions,
  ): Promise<DeployAnswer> {
    if ('plan' in made) return { json: { doc: made.plan } };
    const headers = { location: locationOf(made.id) };
    // Without anything that runs versions, there is nothing to wait for.
    if (!wait || this.#tools.isIdle) return { json, headers };
    const { state, error, version } = await this.#waits.ended(made.id, signal);
    if (state === 'done') return { json, headers };
    const cause = error ?? (state === 'superseded' ? `a newer version took the place of ${String(version)}` : state);
    throw new HttpError(500, cause, { headers });
  }
}

function withoutTag(repository: string): string {
  const [name = ''] = repository.split('@', 1);
  return name.replace(/:[^/:]*$/, '');
}
