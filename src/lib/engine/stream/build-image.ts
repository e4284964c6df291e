import type { Readable } from 'node:stream';
import { definedOnly } from '../../defined.ts';
import type { ImageBuildOptions } from 'dockerode';
import { EngineError, OperationFailed } from '../../errors.ts';
import { BuildKitProgress, ClassicProgress, type FailedStep } from './build-progress.ts';
import { asReadable, loadDockerode } from '../dockerode.ts';
import { fullDisk, tellsFullDisk, uploadFailure, wrapFailure, type CallPlace } from '../engine-errors.ts';
import { progressDocument, readJsonLines, type ProgressDocument } from './engine-streams.ts';
import type { BuildRequest } from '../engine.ts';
import { whileAlive } from '../connection/alive.ts';
import type { Connection } from '../connection/connection.ts';
import type { RegistryCredentials } from '../connection/registry-credentials.ts';

/**
 * Builds with BuildKit, without a session: the context is in the request, the progress in the answer. Engines without
 * BuildKit use the classic builder. Rejects with the name of the step that failed and its last output.
 */
export async function buildImage(
  connection: Connection,
  credentials: RegistryCredentials,
  request: BuildRequest,
): Promise<{ readonly id: string }> {
  const step = `build ${request.tags[0] ?? 'image'}`;
  const options = await buildOptions(connection, credentials, request);
  const dockerode = await loadDockerode(connection);
  const place = { address: connection.address, signal: request.signal };
  let stream: NodeJS.ReadableStream;
  try {
    stream = await whileAlive(connection, dockerode.buildImage(request.context, options));
  } catch (cause) {
    throw uploadFailure(step, cause, request.context, place);
  }
  return whileAlive(connection, follow(step, asReadable(stream), request, place));
}

async function buildOptions(
  connection: Connection,
  credentials: RegistryCredentials,
  request: BuildRequest,
): Promise<ImageBuildOptions> {
  const { dockerfile, tags, labels, buildArgs, cache, platform, target, signal } = request;
  return {
    // Several tags are one parameter several times; dockerode's types allow one.
    dockerfile,
    t: [...tags] as unknown as string,
    labels: { ...labels },
    buildargs: { ...buildArgs },
    nocache: !cache,
    rm: true,
    forcerm: true,
    // BuildKit takes credentials from a session only: private parent images are pulled before the build.
    // The number 2, because for the text '2' dockerode opens a session, which needs gRPC.
    ...(connection.builder === 'buildkit' && request.builder !== 'classic'
      ? { version: 2 as unknown as '2' }
      : { registryconfig: await credentials.all(signal) }),
    ...definedOnly({ platform, target, abortSignal: signal }),
  };
}

async function follow(
  step: string,
  stream: Readable,
  request: BuildRequest,
  place: CallPlace,
): Promise<{ readonly id: string }> {
  const shown = (text: string): string => withoutFolder(text, request.addedFolder);
  const onLine = (line: string): void => request.onLine(shown(line));
  const buildKit = new BuildKitProgress(onLine);
  const classic = new ClassicProgress(onLine);
  let id: string | undefined;
  try {
    for await (const document of readJsonLines(stream, progressDocument)) {
      const message = document.errorDetail?.message ?? document.error;
      if (message !== undefined) throw buildFailed(step, buildKit.failed ?? classic.failedBy(message), shown);
      if (typeof document.aux === 'string') buildKit.push(document.aux);
      else id = imageIdOf(document) ?? id;
      if (document.stream !== undefined) classic.push(document.stream);
    }
  } catch (cause) {
    throw wrapFailure(step, cause, place);
  }
  if (id === undefined)
    throw new EngineError(`${step}: the engine ended the build without an image`, { code: 'BUILD_INCOMPLETE' });
  return { id };
}

function imageIdOf({ aux, stream }: ProgressDocument): string | undefined {
  if (typeof aux === 'object' && aux !== null && 'ID' in aux && typeof aux.ID === 'string') return aux.ID;
  // Podman prints the id in its last line only.
  const bare = /^(?:sha256:)?([0-9a-f]{64})\s*$/.exec(stream ?? '')?.[1];
  return bare === undefined ? undefined : `sha256:${bare}`;
}

/** `COPY folder/. /app` -> `COPY . /app` */
function withoutFolder(text: string, folder: string | undefined): string {
  return folder === undefined ? text : text.replaceAll(`,source=${folder}`, '').replaceAll(`${folder}/`, '');
}

function buildFailed(
  step: string,
  { name, error, lines }: FailedStep,
  shown: (text: string) => string,
): OperationFailed {
  const place = name === '' ? '' : `${name}: `;
  const isFull = tellsFullDisk([error, ...lines].join('\n'));
  return new OperationFailed(`${step}: ${shown(`${place}${error}`)}`, {
    code: 'BUILD_FAILED',
    logs: lines.map(shown),
    ...(isFull ? { suggestions: fullDisk('').suggestions } : {}),
  });
}
