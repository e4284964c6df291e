import type { Deployment } from '../deploy/deployment.ts';
import type { NewService, ServiceVersion } from '../services/service.ts';
import type { Values, Writer } from './database.ts';
import { live } from './service-queries.ts';
import { deploymentValues, numberIn, serviceValues, versionValues } from './service-rows.ts';

/** Of a service: versions before its latest one that are kept, besides what runs. */
const keptVersions = 5;
/** Of the journal. */
const keptEntries = 10_000;
const keptBytes = 64 * 2 ** 20;

export function insertService(writer: Writer, service: NewService, now: number): void {
  const id = next(writer, 'services', 'id');
  writer.insert('services', { id, ...serviceValues(service), created_at: now, modified_at: now });
}

export function updateService(writer: Writer, service: NewService, now: number): void {
  const { name, description, repository, repository_key: key, config } = serviceValues(service);
  writer.run(
    `UPDATE services SET description = ?, repository = ?, repository_key = ?, config = ?, modified_at = ?
     WHERE name = ? AND ${live}`,
    ...[description, repository, key, config, now, name],
  );
}

/** Adds a version with its deployment and an entry of the journal. */
export function insertVersion(writer: Writer, version: ServiceVersion, deployment: Deployment): void {
  const serviceId = idOf(writer, version.service);
  const about = versionValues(version);
  const [state, isOver, details] = deploymentValues(deployment);
  writer.insert('versions', { service_id: serviceId, ...about });
  writer.insert('deployments', {
    id: deployment.id,
    number: next(writer, 'deployments', 'number'),
    service_id: serviceId,
    version: version.version,
    state,
    is_over: isOver,
    created_at: deployment.createdAt,
    details,
  });
  addToJournal(writer, {
    at: version.createdAt,
    service: version.service,
    version: version.version,
    config: about.config,
    rollback_of: about.rollback_of,
  });
}

export function updateDeployment(writer: Writer, deployment: Deployment): void {
  const sql = 'UPDATE deployments SET state = ?, is_over = ?, details = ? WHERE id = ?';
  writer.run(sql, ...deploymentValues(deployment), deployment.id);
}

/** Of the versions before the latest ones, what runs and what is under way stay. */
export function prune(writer: Writer, latest: ServiceVersion, running: number | undefined): void {
  const open = 'SELECT version FROM deployments WHERE service_id = ?1 AND is_over = 0';
  const isOld = (column: string): string =>
    `service_id = ?1 AND ${column} < ?2 AND ${column} <> ?3 AND ${column} NOT IN (${open})`;
  const values = [idOf(writer, latest.service), latest.version - keptVersions, running ?? 0];
  writer.run(`DELETE FROM versions WHERE ${isOld('number')}`, ...values);
  writer.run(`DELETE FROM deployments WHERE ${isOld('version')}`, ...values);
}

function addToJournal(writer: Writer, values: Values): void {
  const number = next(writer, 'journal', 'number');
  writer.insert('journal', { number, ...values });
  writer.run('DELETE FROM journal WHERE number <= ?', number - keptEntries);
  // The length of a text is in its row's header: no configuration is read for it.
  const sizes = 'SELECT number, sum(octet_length(config)) OVER (ORDER BY number DESC) AS bytes FROM journal';
  writer.run(`DELETE FROM journal WHERE number IN (SELECT number FROM (${sizes}) WHERE bytes > ?)`, keptBytes);
}

function idOf(writer: Writer, name: string): number {
  return numberIn(writer.get(`SELECT id FROM services WHERE name = ? AND ${live}`, name)?.['id']) ?? 0;
}

function next(writer: Writer, table: string, column: string): number {
  return (numberIn(writer.get(`SELECT max(${column}) AS last FROM ${table}`)?.['last']) ?? 0) + 1;
}
