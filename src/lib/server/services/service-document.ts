import { definedOnly } from '../../defined.ts';
import type { JournalEntry } from '../store/service-queries.ts';
import type { Service, ServiceVersion } from './service.ts';

/** What answers have of services. The order of the keys is part of them: clients compare texts. */

export function serviceDocument({ name, description, dockerRepository, config }: Service): object {
  return { name, ...definedOnly({ description }), dockerRepository, config };
}

/** With the version that runs, and when the service was changed last. */
export function wholeServiceDocument(service: Service, running: ServiceVersion | undefined): object {
  return { ...serviceDocument(service), running: running?.version ?? null, lastModifiedTime: service.modifiedAt };
}

export function journalDocument({ service, version, at, config, rollbackOf }: JournalEntry): object {
  const entry = { event: 'deploy', serviceName: service, version: String(version), timestamp: at, config };
  return { ...entry, ...definedOnly({ rollbackOf: rollbackOf?.toString() }) };
}
