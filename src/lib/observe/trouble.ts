import type { EngineReader } from '../engine/engine.ts';
import { ignoreNotFound, type OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import type { ObservedContainer } from '../model/observed-state.ts';
import { probeText } from './await-healthy.ts';
import { endedFailure, failure } from './failure.ts';
import { readTexts } from './read-texts.ts';

/** Where a base image keeps the state of its start; docs/image-contract.md has its format. */
const stateDirectory = '/run/dockerops';
const stateFile = `${stateDirectory}/state`;

export interface Trouble {
  readonly message: string;
  /** Its last lines. */
  readonly logs: readonly string[];
}

/** Why a container does not work; undefined when nothing is known to be wrong. Runs nothing in it. */
export async function findTrouble(
  engine: Pick<EngineReader, 'inspectContainer' | 'logs' | 'readArchive'>,
  container: ObservedContainer,
): Promise<Trouble | undefined> {
  const found = await failureOf(engine, container).catch(ignoreNotFound);
  return found === undefined ? undefined : { message: found.message, logs: found.logs };
}

async function failureOf(
  engine: Pick<EngineReader, 'inspectContainer' | 'logs' | 'readArchive'>,
  { id, name, state, health, exitCode = 0, labels }: ObservedContainer,
): Promise<OperationFailed | undefined> {
  if (state === 'restarting' || state === 'dead' || (state === 'exited' && exitCode !== 0))
    return endedFailure(engine, await engine.inspectContainer(id));
  if (state !== 'running') return undefined;
  if (health === 'unhealthy') {
    const detail = await engine.inspectContainer(id);
    return failure(engine, detail, `${name} is unhealthy: ${probeText(detail.lastProbe)}`);
  }
  const reason = labels[label.base] === undefined ? undefined : await failedPrograms(engine, id);
  return reason === undefined ? undefined : failure(engine, { id, name, labels }, `${name}: ${reason}`);
}

/** What a base image reports before its first probe. */
async function failedPrograms(engine: Pick<EngineReader, 'readArchive'>, id: string): Promise<string | undefined> {
  const texts = await readTexts(engine, id, stateDirectory, new Set([stateFile]));
  const state = texts[stateFile]?.trim() ?? '';
  return state.startsWith('failed ') ? state.slice('failed '.length) : undefined;
}
