import { posix } from 'node:path';
import { invalid } from './invalid.ts';
import type { ServicePort } from './service.ts';

/** Throws where two ports have the same port of the host: the balancer could serve only one of them. */
export function checkHostPorts(ports: readonly ServicePort[]): void {
  const places = new Map<number, number>();
  for (const [index, { host }] of ports.entries()) {
    if (host === undefined) continue;
    const other = places.get(host);
    if (other !== undefined) throw invalid(`/ports/${String(index)}/host`, `is that of /ports/${String(other)}, too`);
    places.set(host, index);
  }
}

/** Throws where two volumes have the same place in the container, however it is spelt: engines refuse that. */
export function checkVolumeTargets(volume: Readonly<Record<string, string>>): void {
  const places = new Map<string, string>();
  for (const [source, place] of Object.entries(volume)) {
    const path = `/volume/${pointerPart(source)}`;
    const target = posix.resolve(place.replace(/:ro$/, ''));
    if (target === '/') throw invalid(path, 'must not be the root of the container');
    const other = places.get(target);
    if (other !== undefined) throw invalid(path, `has the same place in the container as "${other}"`);
    places.set(target, source);
  }
}

function pointerPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
