import { dirname } from 'node:path/posix';
import { EngineError, ignoreNotFound } from '../errors.ts';
import type { ContainerDetail, EngineReader } from '../engine/engine.ts';
import type { EnvironmentVariable, FileSpec, InstanceSpec, Template } from '../model/desired.ts';
import type { ObservedContainer, ObservedSecrets } from '../model/observed-state.ts';
import { readTexts } from './read-texts.ts';

/** What is asked of an engine about one container. */
export interface SecretsReader extends Pick<EngineReader, 'readArchive'> {
  inspectContainer(id: string): Promise<Pick<ContainerDetail, 'environment'>>;
}

interface SecretsQuery {
  readonly variables: readonly EnvironmentVariable[];
  readonly files: readonly FileSpec[];
}

/** For each directory that is read, the engine starts a process. */
const maxAtOnce = 8;
/** Nothing has been put in yet, or nothing can be read any more. */
const unasked: ReadonlySet<ObservedContainer['state']> = new Set(['created', 'removing', 'dead']);

/**
 * Containers together with the secrets that they have. These are in no label, so whether one has changed is known only by comparing
 * it with the engine's own; this asks about our containers that are wanted with secrets, and about no others. What the engine does
 * not tell is an error, or, with `unread`, told there: the container then comes back without.
 */
export async function withSecrets(
  engine: SecretsReader,
  containers: readonly ObservedContainer[],
  wanted: readonly InstanceSpec[],
  unread?: (container: string) => void,
): Promise<readonly ObservedContainer[]> {
  const secrets = new Map(wanted.map((spec) => [spec.container, secretsOf(spec)]));
  const asked = containers.flatMap(({ id, name, ownership, state }) => {
    const { variables, files } = secrets.get(name) ?? { variables: [], files: [] };
    return ownership === undefined || unasked.has(state) || variables.length + files.length === 0
      ? []
      : [{ id, name, variables, files }];
  });
  const seen = new Map<string, ObservedSecrets>();
  for (let start = 0; start < asked.length; start += maxAtOnce) {
    await Promise.all(
      asked.slice(start, start + maxAtOnce).map(async ({ id, name, ...each }) => {
        try {
          seen.set(id, await seenIn(engine, id, each));
        } catch (error) {
          if (unread === undefined || !(error instanceof EngineError)) throw error;
          unread(name);
        }
      }),
    );
  }
  return containers.map((container) => {
    const found = seen.get(container.id);
    return found === undefined ? container : { ...container, secrets: found };
  });
}

/** A value that exists only later has nothing to be compared with. */
function secretsOf({ environment, files }: InstanceSpec): SecretsQuery {
  return {
    variables: environment.filter(({ secret, value }) => secret && isKnown(value)),
    files: files.filter(({ secret, content }) => secret === true && isKnown(content)),
  };
}

function isKnown(text: Template): boolean {
  return text.every((piece) => typeof piece === 'string');
}

async function seenIn(engine: SecretsReader, id: string, { variables, files }: SecretsQuery): Promise<ObservedSecrets> {
  const paths = new Set(files.map(({ path }) => path));
  const directories = [...new Set([...paths].map((path) => dirname(path)))];
  const [environment, ...texts] = await Promise.all([
    variables.length === 0 ? {} : environmentOf(engine, id),
    ...directories.map((directory) => readTexts(engine, id, directory, paths)),
  ]);
  return { variables: environment, files: Object.assign({}, ...texts) as Record<string, string> };
}

/** One that went meanwhile is a matter of the plan. */
async function environmentOf(engine: SecretsReader, id: string): Promise<Readonly<Record<string, string>>> {
  const { environment } = (await engine.inspectContainer(id).catch(ignoreNotFound)) ?? { environment: [] };
  return Object.fromEntries(
    environment.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}
