import type { Readable } from 'node:stream';
import { definedOnly } from '../../defined.ts';
import { asReadable, loadDockerode } from '../dockerode.ts';
import { uploadFailure, wrapFailure } from '../engine-errors.ts';
import { followProgress, type ProgressDocument } from './engine-streams.ts';
import type { PullOptions } from '../engine.ts';
import type { Connection } from '../connection/connection.ts';
import { whileAlive } from '../connection/alive.ts';
import { openStream } from '../connection/http.ts';
import { splitReference } from '../images.ts';
import type { RegistryCredentials } from '../connection/registry-credentials.ts';

/**
 * Loads a docker-archive. The references are parsed from the engine's messages, which is the only place where they are.
 */
export async function loadImages(
  connection: Connection,
  archive: Readable,
  onLine: (line: string) => void,
): Promise<readonly string[]> {
  const step = 'load images';
  const references: string[] = [];
  try {
    const dockerode = await loadDockerode(connection);
    const stream = await whileAlive(connection, dockerode.loadImage(archive, { quiet: true }));
    await followProgress(step, asReadable(stream), ({ stream: text = '' }) => {
      for (const line of text.split('\n').filter((one) => one !== '')) {
        onLine(line);
        const reference = /^Loaded image(?: ID|\(s\))?: (.+)$/.exec(line)?.[1];
        if (reference !== undefined) references.push(reference);
      }
    });
  } catch (cause) {
    throw uploadFailure(step, cause, archive, { address: connection.address });
  }
  return references;
}

export function saveImages(connection: Connection, references: readonly string[]): Promise<Readable> {
  const step = `save images ${references.join(', ')}`;
  return openStream(connection, { step, method: 'GET', path: '/images/get', query: { names: references } });
}

export async function pullImage(
  connection: Connection,
  credentials: RegistryCredentials,
  reference: string,
  options: PullOptions,
): Promise<void> {
  const step = `pull ${reference}`;
  const { name, tag } = splitReference(reference);
  const authconfig = await credentials.find(reference, options.signal);
  const query = {
    fromImage: name,
    tag,
    ...definedOnly({ platform: options.platform, abortSignal: options.signal }),
  };
  try {
    const dockerode = await loadDockerode(connection);
    const stream = await whileAlive(connection, dockerode.createImage(authconfig as object, query));
    await followProgress(step, asReadable(stream), (document) => {
      report(document, options.onLine);
    });
  } catch (cause) {
    throw wrapFailure(step, cause, { address: connection.address, signal: options.signal });
  }
}

/** One line for each change of state, without the byte counts. */
function report({ id, status, progressDetail }: ProgressDocument, onLine: (line: string) => void): void {
  if (status === undefined || progressDetail?.total !== undefined) return;
  onLine(id === undefined ? status : `${id}: ${status}`);
}
