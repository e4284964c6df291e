import { byteText } from '../../byte-text.ts';
import type { DockeropsError } from '../../errors.ts';
import type { EngineFacts } from '../../model/observed-state.ts';
import type { Check } from './check.ts';

export function checkEngine({ version, apiVersion }: EngineFacts, address: string): Check {
  return { name: 'engine', status: 'ok', text: `${version}, API ${apiVersion}, at ${address}` };
}

export function engineFails({ message, suggestions }: DockeropsError): Check {
  return {
    name: 'engine',
    status: 'fail',
    text: message,
    ...(suggestions.length === 0 ? {} : { fix: suggestions.join(', or ') }),
  };
}

/** Drivers that copy the image for every container, or that newer engines no longer have. */
const slowDrivers: ReadonlySet<string> = new Set(['vfs', 'aufs', 'devicemapper', 'overlay']);

export function checkStorage({ storageDriver }: EngineFacts): Check {
  if (storageDriver === undefined)
    return { name: 'storage', status: 'unknown', text: 'the engine does not report its storage driver' };
  if (!slowDrivers.has(storageDriver)) return { name: 'storage', status: 'ok', text: storageDriver };
  return {
    name: 'storage',
    status: 'warn',
    text: `${storageDriver} is slow or no longer maintained`,
    fix: 'use overlay2: https://docs.docker.com/engine/storage/drivers/select-storage-driver/',
  };
}

const gibibyte = 2 ** 30;
const failBelow = 1 * gibibyte;
const warnBelow = 5 * gibibyte;

export function checkDisk(freeBytes: number | undefined, { dataDirectory = '' }: EngineFacts): Check {
  if (freeBytes === undefined)
    return { name: 'disk', status: 'unknown', text: 'the disk of the engine cannot be seen from this machine' };
  const text = `${byteText(freeBytes)} free in ${dataDirectory}`;
  if (freeBytes >= warnBelow) return { name: 'disk', status: 'ok', text };
  return {
    name: 'disk',
    status: freeBytes < failBelow ? 'fail' : 'warn',
    text,
    fix: 'see what uses it: docker system df; free some: docker image prune',
  };
}
