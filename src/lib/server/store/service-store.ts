import { definedOnly } from '../../defined.ts';
import type { DeployStore } from '../deploy/deploy-store.ts';
import { entered, isEnded, queued, type Deployment } from '../deploy/deployment.ts';
import type { NewService, Service, ServiceConfig, ServiceVersion } from '../services/service.ts';
import type { Database } from './database.ts';
import { live, ServiceQueries } from './service-queries.ts';
import { insertService, insertVersion, prune, updateDeployment, updateService } from './service-writes.ts';

/** A version that is to be recorded. */
export interface NewVersion {
  readonly image: string;
  readonly config: ServiceConfig;
  readonly pushedAt?: number;
  readonly rollbackOf?: number;
  /** Of the deployment. */
  readonly note?: string;
}

/**
 * Services with their versions, and the deployments that bring versions to units. A service that was removed stays
 * known by its name until its units are gone; one of the same name may be made meanwhile. What is written is kept by
 * the time that the call resolves.
 */
export class ServiceStore extends ServiceQueries implements DeployStore {
  readonly #database: Database;
  readonly #listeners: ((name?: string) => void)[] = [];
  readonly #deploymentListeners: ((deployment: Deployment) => void)[] = [];

  constructor(database: Database) {
    super(database);
    this.#database = database;
    database.onOthersChange(() => {
      this.#changed();
    });
  }

  /** Called after each change with the name of the service; without one, any may have changed. */
  onChange(listener: (name?: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Called with each deployment that this server has written. */
  onDeployment(listener: (deployment: Deployment) => void): void {
    this.#deploymentListeners.push(listener);
  }

  /** Resolves with undefined where there is one of that name. */
  async create(service: NewService, now: number): Promise<Service | undefined> {
    const made = await this.#database.write((writer) => {
      if (this.find(service.name) !== undefined) return undefined;
      insertService(writer, service, now);
      return this.find(service.name);
    });
    if (made !== undefined) this.#changed(service.name);
    return made;
  }

  /** Changes a service as it is at this moment; resolves with undefined where there is none. */
  async patch(name: string, change: (service: Service) => NewService, now: number): Promise<Service | undefined> {
    const patched = await this.#database.write((writer) => {
      const found = this.find(name);
      if (found === undefined) return undefined;
      updateService(writer, change(found), now);
      return this.find(name);
    });
    if (patched !== undefined) this.#changed(name);
    return patched;
  }

  /** Its open deployments fail. Resolves with whether there was one of that name. */
  async remove(name: string, now: number): Promise<boolean> {
    const ended = await this.#database.write((writer) => {
      if (this.find(name) === undefined) return undefined;
      const failed = this.openDeploymentsOf(name).map((each) =>
        entered(each, 'failed', now, { error: 'the service was deleted' }),
      );
      for (const each of failed) updateDeployment(writer, each);
      writer.run(`UPDATE services SET removed_at = ? WHERE name = ? AND ${live}`, now, name);
      return failed;
    });
    if (ended !== undefined) this.#changed(name, ended);
    return ended !== undefined;
  }

  /** The removed services of a name have no units any more: they are forgotten, with their versions. */
  async removed(name: string): Promise<void> {
    const sql = 'DELETE FROM services WHERE name = ? AND removed_at IS NOT NULL';
    if ((await this.#database.write((writer) => writer.run(sql, name))) > 0) this.#changed(name);
  }

  /** Removed services of which no deployment had begun have no units: they are forgotten. */
  async removedUnbegun(): Promise<void> {
    const begun = `SELECT 1 FROM deployments, json_each(details, '$.phases') AS phase WHERE service_id = services.id
      AND json_extract(phase.value, '$.name') NOT IN ('queued', 'superseded', 'failed')`;
    const sql = `DELETE FROM services WHERE removed_at IS NOT NULL AND NOT EXISTS (${begun})`;
    if ((await this.#database.write((writer) => writer.run(sql))) > 0) this.#changed();
  }

  /**
   * Records the next version of a service, its deployment and an entry of the journal, or nothing of it. Deployments
   * that have not begun are superseded. `make` gets the service as it is at this moment. Resolves with undefined where
   * there is none.
   */
  async deploy(
    name: string,
    { id, now }: { readonly id: string; readonly now: number },
    make: (service: Service) => NewVersion,
  ): Promise<Deployment | undefined> {
    const written = await this.#database.write((writer) => {
      const service = this.find(name);
      if (service === undefined) return undefined;
      const { note, ...request } = make(service);
      const superseded = this.openDeploymentsOf(name)
        .filter(({ state }) => state === 'queued')
        .map((each) => entered(each, 'superseded', now));
      for (const each of superseded) updateDeployment(writer, each);
      const version = this.#nextVersion(name, request, now);
      const made = queued({ id, service: name, version: version.version, now, ...definedOnly({ note }) });
      insertVersion(writer, version, made);
      prune(writer, version, this.runningVersion(name)?.version);
      return [...superseded, made];
    });
    if (written !== undefined) this.#changed(name, written);
    return written?.at(-1);
  }

  /**
   * Changes a deployment as it is at this moment. Resolves with it as it is then; undefined: it has ended before, or
   * there is none, and nothing was written.
   */
  async changeDeployment(id: string, change: (deployment: Deployment) => Deployment): Promise<Deployment | undefined> {
    const changed = await this.#database.write((writer) => {
      const found = this.deployment(id);
      if (found === undefined || isEnded(found)) return undefined;
      const next = change(found);
      if (JSON.stringify(next) !== JSON.stringify(found)) updateDeployment(writer, next);
      return next;
    });
    if (changed !== undefined) this.#changed(changed.service, [changed]);
    return changed;
  }

  #nextVersion(service: string, { image, config, ...more }: Omit<NewVersion, 'note'>, now: number): ServiceVersion {
    const version = (this.latestVersion(service)?.version ?? 0) + 1;
    return { service, version, image, config: { ...config, image }, createdAt: now, ...more };
  }

  #changed(name?: string, deployments: readonly Deployment[] = []): void {
    for (const listener of this.#listeners) listener(name);
    for (const deployment of deployments) for (const listener of this.#deploymentListeners) listener(deployment);
  }
}
