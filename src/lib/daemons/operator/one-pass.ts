import type { Tree } from '../../directories/node-directory.ts';
import { OperationFailed } from '../../errors.ts';
import type { Attempt } from '../run-once.ts';
import type { NodeAgent } from './agent.ts';
import type { StateName, Status } from './status.ts';

export interface OnePassTools {
  readonly agent: NodeAgent;
  readonly status: Status;
  readonly read: (signal: AbortSignal) => Promise<Tree>;
}

/** Of an operator that runs once. */
export const onceCode = 'OPERATOR_ONCE';
/** States that end without anybody's help. */
const passing: ReadonlySet<StateName> = new Set(['Booting', 'ConsulFailed', 'StandingBy']);

/** Reads the directory and runs a pass. Waits for the leader lock, Consul and images; any other fault rejects. */
export async function attemptPass({ agent, status, read }: OnePassTools, signal: AbortSignal): Promise<Attempt> {
  await read(signal).then(
    (tree) => {
      agent.directoryChanged(tree);
    },
    (error: unknown) => {
      agent.directoryFailed(error as Error);
    },
  );
  await agent.pass(signal);
  if (agent.isChanging) return { waitsFor: 'containers are still being changed', until: agent.changed() };
  if (agent.isPulling) return { waitsFor: 'images are still being pulled', until: agent.pulled() };
  if (status.isRunning) return 'done';
  const reason = reasonOf(status);
  if (passing.has(status.state)) return { waitsFor: reason };
  throw new OperationFailed(reason, { code: onceCode });
}

function reasonOf(status: Status): string {
  const { state, lastError } = status.toJSON();
  if (state === 'StandingBy') return 'another operator works on this node';
  return lastError?.state === state ? lastError.message : `it is still in the state ${state}`;
}
