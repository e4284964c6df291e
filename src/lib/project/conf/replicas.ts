import type { Problem } from '../../errors.ts';
import { placeIn, type RunConfEntry } from './run-conf-entry.ts';

/** A typing error should not fill a host. */
export const maxReplicas = 100;

/** An entry with `replicas` as one for each of its instances, which are called 1, 2, 3. The entry need not be valid. */
export function expandReplicas(entry: RunConfEntry): readonly RunConfEntry[] {
  const { replicas, instance } = entry.values;
  const isCount = typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0;
  if (!isCount || replicas > maxReplicas || typeof instance === 'string') return [entry];
  return Array.from({ length: replicas }, (_, index) => ({
    ...entry,
    values: { ...entry.values, instance: String(index + 1) },
  }));
}

/** What several instances of one entry cannot have. */
export function replicaProblems(entry: RunConfEntry): readonly Problem[] {
  const { replicas, instance } = entry.values;
  if (replicas === undefined) return [];
  const named: readonly Problem[] =
    instance === undefined || instance === null
      ? []
      : [
          {
            where: placeIn(entry, 'instance'),
            message: '"instance" names one instance, and "replicas" makes several',
            suggestion: 'keep one of them',
          },
        ];
  return typeof replicas === 'number' && replicas > 1 ? [...named, ...portProblems(entry)] : named;
}

function portProblems(entry: RunConfEntry): readonly Problem[] {
  const { ports, publish_ssh_on: ssh } = entry.values;
  const written: readonly unknown[] = Array.isArray(ports) ? ports : [];
  const fixed = written.flatMap((port, index) => (hasHostPort(port) ? [`ports.${String(index)}`] : []));
  return [...fixed, ...(ssh === undefined ? [] : ['publish_ssh_on'])].map((path) => ({
    where: placeIn(entry, path),
    message: `only one of ${String(entry.values.replicas)} replicas can have this port of the host`,
    suggestion:
      path === 'publish_ssh_on'
        ? 'remove it: ssh needs no published port'
        : 'leave the port of the host to the engine: write "80", or "127.0.0.1::80"',
  }));
}

/** `8080:80` and `127.0.0.1:8080:80`, not `80` and `127.0.0.1::80`. */
function hasHostPort(port: unknown): boolean {
  return typeof port === 'string' && /(?:^|:)\d[\d-]*:[\d-]+(?:\/|$)/.test(port);
}
