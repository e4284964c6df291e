import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Connection } from './connection/http.ts';

/**
 * The only way to dockerode, loaded when first needed: it costs more to load than a whole `ps` takes. It serves what streams:
 * builds, pulls, loads, events and exec. Its own idea of where the engine is goes unused; our agent makes the connections.
 */
export async function loadDockerode(connection: Connection): Promise<Dockerode> {
  const { default: Constructor } = await import('dockerode');
  // `host: ''` keeps it from taking DOCKER_HOST; the socket path is for its router only.
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

/** Its types say less than what it returns. */
export function asReadable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : new Readable().wrap(stream);
}
