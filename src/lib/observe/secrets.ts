import { dirname } from 'node:path/posix';
import { EngineError, ignoreNotFound } from '../errors.ts';
import { Limiter } from '../limiter.ts';
import type { ContainerDetail, EngineReader } from '../engine/engine.ts';
import type { EnvironmentVariable, FileSpec, InstanceSpec, Template } from '../model/desired.ts';
import type { ObservedContainer, ObservedSecrets } from '../model/observed-state.ts';
import { readTexts } from './read-texts.ts';

/** The calls to the engine that this takes. */
export interface SecretsReader extends Pick<EngineReader, 'readArchive'> {
  inspectContainer(id: string): Promise<Pick<ContainerDetail, 'environment'>>;
}

interface SecretsQuery {
  readonly variables: readonly EnvironmentVariable[];
  readonly files: readonly FileSpec[];
}

/** The engine starts a process for each directory that is read. */
const maxAtOnce = 8;
/** States in which a container has no secrets yet, or cannot be read. */
const unreadable: ReadonlySet<ObservedContainer['state']> = new Set(['created', 'removing', 'dead']);

/**
 * Adds to containers the secrets that they have. No label has them, so only comparing the values shows whether one has
 * changed. Only own containers of desired instances with secrets are read. When the engine refuses, that is an error;
 * or, with `unread`, a call of it, and the container has no secrets in the result.
 */
export async function withSecrets(
  engine: SecretsReader,
  containers: readonly ObservedContainer[],
  desired: readonly InstanceSpec[],
  unread?: (container: string) => void,
): Promise<readonly ObservedContainer[]> {
  const queries = new Map(desired.map((spec) => [spec.container, secretsOf(spec)]));
  const limiter = new Limiter(maxAtOnce);
  return Promise.all(
    containers.map(async (container, index) => {
      const query = queries.get(container.name);
      if (query === undefined || !isReadable(container, query)) return container;
      const secrets = await limiter.run(index, () => tryToRead(engine, container, query, unread));
      return secrets === undefined ? container : { ...container, secrets };
    }),
  );
}

function isReadable({ ownership, state }: ObservedContainer, { variables, files }: SecretsQuery): boolean {
  return ownership !== undefined && !unreadable.has(state) && variables.length + files.length > 0;
}

async function tryToRead(
  engine: SecretsReader,
  { id, name }: ObservedContainer,
  query: SecretsQuery,
  unread: ((container: string) => void) | undefined,
): Promise<ObservedSecrets | undefined> {
  try {
    return await readSecrets(engine, id, query);
  } catch (error) {
    if (unread === undefined || !(error instanceof EngineError)) throw error;
    unread(name);
    return undefined;
  }
}

/** Without values that are known only later: there is nothing to compare. */
function secretsOf({ environment, files }: InstanceSpec): SecretsQuery {
  return {
    variables: environment.filter(({ secret, value }) => secret && isKnown(value)),
    files: files.filter(({ secret, content }) => secret === true && isKnown(content)),
  };
}

function isKnown(text: Template): boolean {
  return text.every((piece) => typeof piece === 'string');
}

async function readSecrets(
  engine: SecretsReader,
  id: string,
  { variables, files }: SecretsQuery,
): Promise<ObservedSecrets> {
  const paths = new Set(files.map(({ path }) => path));
  const directories = [...new Set([...paths].map((path) => dirname(path)))];
  const [environment, ...texts] = await Promise.all([
    variables.length === 0 ? {} : environmentOf(engine, id),
    ...directories.map((directory) => readTexts(engine, id, directory, paths)),
  ]);
  return { variables: environment, files: Object.assign({}, ...texts) as Record<string, string> };
}

/** Empty when the container was removed meanwhile: the plan finds out. */
async function environmentOf(engine: SecretsReader, id: string): Promise<Readonly<Record<string, string>>> {
  const { environment } = (await engine.inspectContainer(id).catch(ignoreNotFound)) ?? { environment: [] };
  return Object.fromEntries(
    environment.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}
