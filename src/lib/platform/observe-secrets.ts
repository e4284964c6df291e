import { dirname } from 'node:path/posix';
import { NotFound } from '../errors.ts';
import type { EngineReader } from '../engine/engine.ts';
import { readTexts } from '../engine/read-texts.ts';
import type { ObservedContainer, ObservedState, SeenSecrets } from '../observe/observed-state.ts';
import type { InstanceSpec } from '../project/project.ts';

type Reader = Pick<EngineReader, 'inspectContainer' | 'readArchive'>;

/**
 * What is seen together with the secrets that containers have. They are in no label, so whether one has changed is known only by
 * comparing it with the engine's own; this asks about containers that are wanted with secrets, and about no others.
 */
export async function withSecrets(engine: Reader, observed: ObservedState, wanted: readonly InstanceSpec[]): Promise<ObservedState> {
  const specs = new Map(wanted.filter(hasSecrets).map((spec) => [spec.container, spec]));
  if (specs.size === 0) return observed;
  const containers = await Promise.all(observed.containers.map(async (container) => {
    const spec = container.ownership === undefined || container.state === 'created' ? undefined : specs.get(container.name);
    return spec === undefined ? container : { ...container, secrets: await secretsOf(engine, container, spec) };
  }));
  return { ...observed, containers };
}

function hasSecrets({ files, environment }: InstanceSpec): boolean {
  return files.some(({ secret }) => secret === true) || environment.some(({ secret }) => secret);
}

async function secretsOf(engine: Reader, { id }: ObservedContainer, { files, environment }: InstanceSpec): Promise<SeenSecrets> {
  const directories = [...new Set(files.filter(({ secret }) => secret === true).map(({ path }) => dirname(path)))];
  const texts = await Promise.all(directories.map((directory) => readTexts(engine, id, directory)));
  return { files: Object.assign({}, ...texts) as Record<string, string>, variables: environment.some(({ secret }) => secret) ? await variablesOf(engine, id) : {} };
}

/** One that went meanwhile is a matter of the plan. */
async function variablesOf(engine: Reader, id: string): Promise<Readonly<Record<string, string>>> {
  try {
    const { environment } = await engine.inspectContainer(id);
    return Object.fromEntries(environment.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
  } catch (error) {
    if (error instanceof NotFound) return {};
    throw error;
  }
}
