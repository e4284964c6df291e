import type { ExecSession } from '../../engine/engine.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { oneHost } from '../../model/observed-hosts.ts';
import { planOnce } from '../../plan/plan-once.ts';
import { planAndApply, type ChangeContext, type Preview } from '../apply-plan.ts';
import { hostProber } from '../facts/host-probe.ts';
import { generateName } from '../generate-name.ts';
import type { OpenProject } from '../open-project.ts';
import { resolveRun, type AskForVariables } from '../resolve-run.ts';
import { imagesOnly } from './images-only.ts';
import { onceSwitches, withOnceEntry, type OnceRequest } from './once-entry.ts';
import { removeLeftovers, removeOneOff } from './one-offs.ts';
import { isTerminal, relay, type Streams } from './terminal-session.ts';

/**
 * Runs a command in a temporary instance with the service's configuration, on these streams, and resolves with its exit
 * code. The instance is always removed; what a killed command leaves behind is removed by the next one.
 */
export async function runOnce(
  opened: OpenProject,
  request: OnceRequest,
  context: ChangeContext,
  ask: AskForVariables,
  streams: Streams,
): Promise<number> {
  const quiet = { ...context, progress: imagesOnly(context.progress) };
  await removeLeftovers(opened, quiet);
  const name = generateName();
  const terminal = isTerminal(streams);
  try {
    const session = await start(opened, { ...request, name, terminal }, quiet, ask);
    return await untilInterrupted(relay(session, terminal, streams), context.signal);
  } finally {
    await removeOneOff(opened, `${opened.owner.name}-${request.service}-${name}`, quiet);
  }
}

interface OneOff extends OnceRequest {
  readonly name: string;
  readonly terminal: boolean;
}

async function start(
  opened: OpenProject,
  oneOff: OneOff,
  context: ChangeContext,
  ask: AskForVariables,
): Promise<ExecSession> {
  let session: ExecSession | undefined;
  const hooks: ChangeContext['hooks'] = {
    // Attached before it starts, so that no output is lost.
    afterOperation: async (operation) => {
      if (operation.kind === 'create-container')
        session = await opened.engine.attach(operation.spec.container, oneOff.terminal);
      await context.hooks?.afterOperation?.(operation);
    },
  };
  await planAndApply(previewer(opened, oneOff, context, ask), opened.tools, { ...context, hooks });
  if (session === undefined) throw new TypeError('a one-off instance was planned without being created');
  return session;
}

function previewer(
  opened: OpenProject,
  { name, terminal, ...request }: OneOff,
  context: ChangeContext,
  ask: AskForVariables,
): () => Promise<Preview> {
  const { service, command } = request;
  const run = {
    opened: { ...opened, project: withOnceEntry(opened.project, request, name) },
    request: { target: 'service', service, instance: name, switches: onceSwitches },
    newName: () => name,
    probeHost: hostProber(opened, context),
    warn: context.warn,
    ask,
  } as const;
  return async () => {
    const { observed, facts, desired } = await resolveRun(run);
    const options = { command, terminal, by: JSON.stringify(opened.client) };
    return { observed, plan: planOnce(desired, oneHost({ state: observed, facts }), options) };
  };
}
