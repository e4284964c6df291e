import { definedOnly } from '../../defined.ts';
import type { ObservedNode, ObservedTask, TaskState } from '../../model/observed-state.ts';
import type { JobState, JobStatus, Progress, Run } from './job.ts';

const words: Readonly<Record<TaskState, readonly [JobStatus, JobState]>> = {
  new: ['pending', 'pending'],
  allocated: ['pending', 'pending'],
  pending: ['pending', 'pending'],
  assigned: ['pending', 'pending'],
  accepted: ['pending', 'pending'],
  preparing: ['preparing', 'preparing'],
  ready: ['preparing', 'preparing'],
  starting: ['starting', 'preparing'],
  running: ['started', 'started'],
  complete: ['finished', 'complete'],
  // What somebody has stopped never comes here: the Swarm ended these by itself.
  shutdown: ['failed', 'failed'],
  failed: ['failed', 'failed'],
  rejected: ['failed', 'failed'],
  remove: ['failed', 'failed'],
  orphaned: ['failed', 'failed'],
};

export interface TaskContext {
  readonly nodes: readonly ObservedNode[];
  readonly jobsOn: 'worker' | 'any';
}

/** How a run is doing, from its task. */
export function progressOf(run: Run, task: ObservedTask, context: TaskContext): Progress {
  const node = context.nodes.find(({ id }) => id === task.nodeId);
  const where = definedOnly({ node: node?.hostname });
  const since = Date.parse(task.since);
  if (isLost(task, node))
    return {
      status: 'failed',
      state: 'failed',
      error: `node ${node?.hostname ?? ''} went down while the job was there`,
      ...where,
      ...definedOnly({ startedAt: run.startedAt, finishedAt: since }),
    };
  const [status, state] = words[task.state];
  const hasEnded = state === 'complete' || state === 'failed';
  return {
    status,
    state,
    ...where,
    ...definedOnly({
      error: errorOf(task, state, context),
      exitCode: task.exitCode,
      startedAt: task.state === 'running' ? (run.startedAt ?? since) : run.startedAt,
      finishedAt: hasEnded ? since : undefined,
    }),
  };
}

/** The Swarm has given it up, as its node does not answer; what it last said of itself stays as it was. */
function isLost(task: ObservedTask, node: ObservedNode | undefined): boolean {
  return task.desired === 'shutdown' && !isFinal(task.state) && node?.state === 'down';
}

function isFinal(state: TaskState): boolean {
  const [, word] = words[state];
  return word === 'complete' || word === 'failed';
}

function errorOf(task: ObservedTask, state: JobState, context: TaskContext): string | undefined {
  if (state === 'pending') return pendingReason(task, context);
  if (state !== 'failed') return undefined;
  return task.error ?? (task.state === 'shutdown' ? 'the Swarm shut it down' : task.message);
}

/** Undefined as long as the Swarm has not looked for a node. */
function pendingReason({ error }: ObservedTask, { nodes, jobsOn }: TaskContext): string | undefined {
  if (error === undefined) return undefined;
  if (jobsOn === 'any' || nodes.length === 0 || nodes.some(({ role }) => role === 'worker')) return error;
  return (
    `${error}: the Swarm has no worker; let one join (docker swarm join-token worker), ` +
    'or start the server with --jobs-on any'
  );
}
