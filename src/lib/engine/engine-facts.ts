import { definedOnly } from '../defined.ts';
import type { EngineFacts } from '../model/observed-state.ts';
import type { Connection } from './connection/connection.ts';
import { callJson } from './connection/http.ts';
import { flag, list, number, object, optional, text, type Shaped } from './shape.ts';

const rawInfo = object({
  ID: text,
  Name: text,
  ServerVersion: text,
  OSType: text,
  Architecture: text,
  Driver: optional(text),
  DriverStatus: optional(list(list(text))),
  NCPU: optional(number),
  MemTotal: optional(number),
  DockerRootDir: optional(text),
  Swarm: optional(object({ LocalNodeState: optional(text), ControlAvailable: optional(flag), NodeID: optional(text) })),
});

/** From the kernel's name of an architecture to that in image platforms. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};

export async function readFacts(connection: Connection): Promise<EngineFacts> {
  const info = await callJson(connection, rawInfo, { step: 'read facts of the engine', method: 'GET', path: '/info' });
  const worker = info.Swarm?.LocalNodeState === 'active' ? 'worker' : 'inactive';
  return {
    id: info.ID,
    hostname: info.Name,
    version: info.ServerVersion,
    apiVersion: connection.apiVersion,
    os: info.OSType,
    architecture: architectures[info.Architecture] ?? info.Architecture,
    swarm: info.Swarm?.ControlAvailable === true ? 'manager' : worker,
    ...definedOnly({ swarmNodeId: info.Swarm?.NodeID === '' ? undefined : info.Swarm?.NodeID }),
    ...definedOnly({ cpus: info.NCPU, memoryBytes: info.MemTotal }),
    ...definedOnly({ storageDriver: info.Driver, imageStore: storeOf(info), dataDirectory: info.DockerRootDir }),
  };
}

/** Engines with containerd's store name its plugin in place of a file system. */
function storeOf({ Driver, DriverStatus = [] }: Shaped<typeof rawInfo>): EngineFacts['imageStore'] {
  if (Driver === undefined) return undefined;
  const type = DriverStatus.find(([name]) => name === 'driver-type')?.[1];
  return type?.startsWith('io.containerd.') === true ? 'containerd' : 'layers';
}
