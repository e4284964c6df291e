import type { Emit } from '../events/event-hub.ts';
import { maxBodyBytes } from '../http/body.ts';
import { HttpError } from '../http/http-error.ts';
import { KeptTexts } from '../http/kept-texts.ts';
import type { ServiceStore } from '../store/service-store.ts';
import { journalDocument, serviceDocument, wholeServiceDocument } from './service-document.ts';
import { readConfigPatch, readService, readServicePatch, warningsOf } from './service-request.ts';
import { unknownService } from './unknown-service.ts';
import type { Service, ServiceConfig, ServiceVersion } from './service.ts';

export interface ServiceApiTools {
  readonly store: ServiceStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly emit: Emit;
  /** Versions are recorded and not run: no pass forgets services that were removed. */
  readonly isIdle: boolean;
}

/** What may be asked of the service directory. Nobody waits for units: what changes is recorded, and they follow. */
export class ServiceApi {
  readonly #tools: ServiceApiTools;
  readonly #texts = new KeptTexts();

  constructor(tools: ServiceApiTools) {
    this.#tools = tools;
    tools.store.onChange((name) => {
      this.#texts.forget(name);
    });
  }

  /** `emit`: whether those who listen hear of it. */
  async create(body: unknown, emit: boolean): Promise<object> {
    const { store, now } = this.#tools;
    const service = await store.create(readService(body), now());
    if (service === undefined)
      throw new HttpError(400, 'Error putting resource: a service by that name already exists');
    if (emit) this.#tools.emit('service.create', [body]);
    return withWarnings(serviceDocument(service), warningsOf(service.config));
  }

  *list(): Generator<object> {
    const { store } = this.#tools;
    for (const name of store.names()) {
      const service = store.find(name);
      if (service !== undefined) yield serviceDocument(service);
    }
  }

  findByRepository(repository: string): object {
    const service = this.#tools.store.findByRepository(repository);
    if (service === undefined) throw new HttpError(404, `No service has the repository ${repository}.`);
    return { doc: serviceDocument(service) };
  }

  /** The text of the answer. */
  get(name: string): string {
    return this.#texts.get(name, () => {
      const document = wholeServiceDocument(this.#find(name), this.#tools.store.runningVersion(name));
      return JSON.stringify({ doc: document });
    });
  }

  async patch(name: string, body: unknown): Promise<object> {
    const { store, now } = this.#tools;
    const change = readServicePatch(body);
    const service = await store.patch(name, (found) => ({ ...found, ...change }), now());
    if (service === undefined) throw unknownService(name);
    return { doc: wholeServiceDocument(service, store.runningVersion(name)) };
  }

  async remove(name: string, emit: boolean): Promise<void> {
    const { store, now, isIdle } = this.#tools;
    if (!(await store.remove(name, now()))) throw unknownService(name);
    if (isIdle) await store.removedUnbegun();
    if (emit) this.#tools.emit('service.del', [name]);
  }

  config(name: string): object {
    return { doc: this.#find(name).config };
  }

  async patchConfig(name: string, body: unknown, emit: boolean): Promise<object> {
    const { store, now } = this.#tools;
    const change = readConfigPatch(body);
    const merged = (found: Service): Service => ({ ...found, config: bounded({ ...found.config, ...change }) });
    const service = await store.patch(name, merged, now());
    if (service === undefined) throw unknownService(name);
    if (emit) this.#tools.emit('service.modifyConfig', [name, service.config]);
    return withWarnings(service.config, warningsOf(change));
  }

  latestConfig(name: string): object {
    return { doc: configOf(this.#tools.store.latestVersion(name), `${name} has no version`) };
  }

  configOfVersion(name: string, version: string): object {
    const found = /^[1-9]\d{0,8}$/.test(version) ? this.#tools.store.findVersion(name, Number(version)) : undefined;
    return { doc: configOf(found, `${name} has no version ${version}`) };
  }

  /** Of a service that nobody knows it is empty, as of one that was never deployed. */
  *history(name: string): Generator<readonly [version: string, config: object]> {
    for (const { version, config } of this.#tools.store.versions(name)) yield [String(version), config];
  }

  /** The newest entries, or all. */
  *journal(limit?: number): Generator<object> {
    for (const entry of this.#tools.store.journal(limit)) yield journalDocument(entry);
  }

  #find(name: string): Service {
    const service = this.#tools.store.find(name);
    if (service === undefined) throw unknownService(name);
    return service;
  }
}

function configOf(version: ServiceVersion | undefined, problem: string): ServiceConfig {
  if (version === undefined) throw new HttpError(404, problem);
  return version.config;
}

/** Each change is as small as a body; what they add up to must be so, too: each version has a copy. */
function bounded(config: ServiceConfig): ServiceConfig {
  if (Buffer.byteLength(JSON.stringify(config)) <= maxBodyBytes) return config;
  throw new HttpError(413, 'the configuration would be larger than 1 MiB');
}

function withWarnings(doc: object, warnings: readonly string[]): object {
  return warnings.length === 0 ? { doc } : { doc, warnings };
}
