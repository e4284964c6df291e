import { definedOnly } from '../defined.ts';
import type { EngineFacts } from '../model/observed-state.ts';
import type { Connection } from './connection/connection.ts';
import { callJson } from './connection/http.ts';
import { flag, number, object, optional, text } from './shape.ts';

const rawInfo = object({
  ID: text,
  Name: text,
  ServerVersion: text,
  OSType: text,
  Architecture: text,
  Driver: optional(text),
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
    ...definedOnly({ storageDriver: info.Driver, dataDirectory: info.DockerRootDir }),
  };
}
