import { definedOnly } from '../../defined.ts';
import type { Deployment } from '../deploy/deployment.ts';
import type { Removal } from '../deploy/deploy-store.ts';
import type { Service, ServiceConfig, ServiceVersion } from '../services/service.ts';
import type { Reader, Row, Value } from './database.ts';
import { configIn, numberIn, repositoryKey, toDeployment, toService, toVersion } from './service-rows.ts';

/** A deploy, with a copy of what was deployed. */
export interface JournalEntry {
  readonly service: string;
  readonly version: number;
  readonly at: number;
  readonly config: ServiceConfig;
  readonly rollbackOf?: number;
}

/** That the row of a service is of one that was not removed. */
export const live = 'services.removed_at IS NULL';

/** What is asked of services, their versions and deployments. */
export class ServiceQueries {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  find(name: string): Service | undefined {
    const row = this.#reader.get(`SELECT * FROM services WHERE name = ? AND ${live}`, name);
    return row && toService(row);
  }

  /** The one made last, however the repository is spelt; better one that spells it in the same way. */
  findByRepository(repository: string): Service | undefined {
    const row = this.#reader.get(
      `SELECT * FROM services WHERE repository_key = ? AND ${live} ORDER BY repository = ? DESC, id DESC LIMIT 1`,
      repositoryKey(repository),
      repository,
    );
    return row && toService(row);
  }

  /** By name. */
  services(): readonly Service[] {
    return this.#reader.all(`SELECT * FROM services WHERE ${live} ORDER BY name`).map(toService);
  }

  /** Of services, sorted. */
  names(): readonly string[] {
    return this.#reader.all(`SELECT name FROM services WHERE ${live} ORDER BY name`).map(({ name }) => String(name));
  }

  /** Services that were removed and may have units still. */
  removals(): readonly Removal[] {
    const sql = 'SELECT id, name, max(removed_at) AS at FROM services WHERE removed_at IS NOT NULL GROUP BY name';
    return this.#reader.all(sql).map(({ id, name, at }) => ({
      service: String(name),
      at: Number(at),
      ...definedOnly({ version: this.#running('services.id = ?', Number(id)) }),
    }));
  }

  /** By number; each is read when it is asked for. */
  *versions(name: string): Generator<ServiceVersion> {
    const sql = `SELECT number FROM versions JOIN services ON services.id = versions.service_id
      WHERE name = ? AND ${live} ORDER BY number`;
    for (const { number } of this.#reader.all(sql, name)) {
      const found = this.findVersion(name, Number(number));
      if (found !== undefined) yield found;
    }
  }

  findVersion(name: string, number: number): ServiceVersion | undefined {
    return this.#versions('AND number = ?', name, number)[0];
  }

  latestVersion(name: string): ServiceVersion | undefined {
    return this.#versions('ORDER BY number DESC LIMIT 1', name)[0];
  }

  /** The newest version whose deployment is done. */
  runningVersion(name: string): ServiceVersion | undefined {
    return this.#running(`name = ? AND ${live}`, name);
  }

  deployment(id: string): Deployment | undefined {
    return this.#deployments('WHERE deployments.id = ?', id)[0];
  }

  /** Of one service or of all, newest first; each is read when it is asked for. */
  *deployments(name: string | undefined, limit: number): Generator<Deployment> {
    const sql = `SELECT deployments.id FROM deployments JOIN services ON services.id = deployments.service_id
      WHERE ${live} AND (?1 IS NULL OR name = ?1) ORDER BY deployments.number DESC LIMIT ?2`;
    for (const { id } of this.#reader.all(sql, name ?? null, limit)) {
      const found = this.deployment(String(id));
      if (found !== undefined) yield found;
    }
  }

  /** Those that have not ended, oldest first. */
  openDeployments(): readonly Deployment[] {
    return this.#deployments('WHERE is_over = 0 ORDER BY deployments.number');
  }

  /** Of one service. */
  openDeploymentsOf(name: string): readonly Deployment[] {
    return this.#deployments(`WHERE is_over = 0 AND name = ? AND ${live}`, name);
  }

  /**
   * The newest entries, or all, of all services, also of those that were removed; oldest first. Each is read when it is
   * asked for.
   */
  *journal(limit = -1): Generator<JournalEntry> {
    const newest = this.#reader.all('SELECT number FROM journal ORDER BY number DESC LIMIT ?', limit);
    for (const { number } of newest.toReversed()) {
      const row = this.#reader.get('SELECT * FROM journal WHERE number = ?', Number(number));
      if (row !== undefined) yield toJournalEntry(row);
    }
  }

  #running(where: string, ...values: readonly Value[]): ServiceVersion | undefined {
    const isDone = `EXISTS (SELECT 1 FROM deployments WHERE deployments.service_id = versions.service_id
      AND deployments.version = versions.number AND state = 'done')`;
    return this.#versionsWhere(`${where} AND ${isDone} ORDER BY number DESC LIMIT 1`, ...values)[0];
  }

  #versions(more: string, ...values: readonly Value[]): readonly ServiceVersion[] {
    return this.#versionsWhere(`name = ? AND ${live} ${more}`, ...values);
  }

  #versionsWhere(where: string, ...values: readonly Value[]): readonly ServiceVersion[] {
    const columns = 'name, number, image, versions.config, versions.created_at, pushed_at, rollback_of';
    const from = 'FROM versions JOIN services ON services.id = versions.service_id';
    return this.#reader.all(`SELECT ${columns} ${from} WHERE ${where}`, ...values).map(toVersion);
  }

  #deployments(more: string, ...values: readonly Value[]): readonly Deployment[] {
    const columns = 'deployments.id, name, version, state, deployments.created_at, details';
    const from = 'FROM deployments JOIN services ON services.id = deployments.service_id';
    return this.#reader.all(`SELECT ${columns} ${from} ${more}`, ...values).map(toDeployment);
  }
}

function toJournalEntry(row: Row): JournalEntry {
  return {
    service: String(row['service']),
    version: Number(row['version']),
    at: Number(row['at']),
    config: configIn(row['config']),
    ...definedOnly({ rollbackOf: numberIn(row['rollback_of']) }),
  };
}
