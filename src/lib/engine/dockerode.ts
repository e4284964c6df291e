import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Connection } from './connection/connection.ts';

/**
 * The only place that loads dockerode, when it is first needed: loading takes longer than a whole `ps`. It is for what
 * streams: builds, pulls, loads, events and exec. It connects through our agent, not to the engine that it would find.
 */
export async function loadDockerode(connection: Connection): Promise<Dockerode> {
  const { default: Constructor } = await import('dockerode');
  // `host: ''` keeps it from reading DOCKER_HOST. The socket path is never opened: our agent connects.
  const options = {
    host: '',
    socketPath: 'engine',
    protocol: 'http' as const,
    version: `v${connection.apiVersion}`,
    headers: { Host: 'docker' },
    agent: connection.agent,
  };
  return new Constructor(options);
}

/** Dockerode's types promise less than it returns. */
export function asReadable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : new Readable().wrap(stream);
}
