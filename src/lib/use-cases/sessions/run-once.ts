import { UserError, messageOf } from '../../errors.ts';
import type { ExecSession } from '../../engine/engine.ts';
import type { ProgressSink } from '../../events.ts';
import { label } from '../../labels.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { isStillRunning, parseProcess } from '../../observe/processes.ts';
import { observe } from '../../observe/observe.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { onceContainers, planOnce } from '../../plan/plan-once.ts';
import { planRemoval } from '../../plan/remove.ts';
import type { ClientFacts } from '../../model/host-facts.ts';
import type { LoadedProject } from '../../project/load-project.ts';
import type { RunConfEntry } from '../../project/conf/run-conf-entry.ts';
import { switchNames, switchTable, type SetSwitches } from '../../switches.ts';
import { planAndApply, type ChangeContext } from '../apply-plan.ts';
import { hostProber } from '../facts/host-probe.ts';
import type { OpenProject } from '../open-project.ts';
import { generateName } from '../generate-name.ts';
import { resolveRun, type AskForVariables } from '../resolve-run.ts';
import { isTerminal, relay, type Streams } from './terminal-session.ts';

export interface OnceRequest {
  readonly service: string;
  /** Whose entry of run.conf applies; undefined: the one without a name, or the only one. */
  readonly like?: string;
  readonly command: readonly string[];
}

/**
 * Runs a command in an instance of its own with the service's configuration, on these streams, and resolves with its
 * exit code. The instance is removed in every case; what a killed command left behind is removed by the next one.
 */
export async function runOnce(
  opened: OpenProject,
  request: OnceRequest,
  context: ChangeContext,
  ask: AskForVariables,
  streams: Streams,
): Promise<number> {
  const quiet = { ...context, progress: imagesOnly(context.progress) };
  await removeOneOffs(opened, await findLeftovers(opened), quiet);
  const name = generateName();
  const tty = isTerminal(streams);
  try {
    const session = await start(opened, request, name, tty, quiet, ask);
    return await untilInterrupted(relay(session, tty, streams), context.signal);
  } finally {
    await removeOwn(opened, `${opened.owner.name}-${request.service}-${name}`, quiet);
  }
}

/** What a one-off instance writes goes with it; what instances share is there all the same. */
const noOwnFolders: SetSwitches = Object.fromEntries(
  switchNames
    .filter((name) => switchTable[name].keeps !== undefined && switchTable[name].keeps.shared !== true)
    .map((name) => [name, false]),
);

async function start(
  opened: OpenProject,
  request: OnceRequest,
  name: string,
  terminal: boolean,
  context: ChangeContext,
  ask: AskForVariables,
): Promise<ExecSession> {
  const project = withEntry(opened.project, request, name);
  const switches = { publish_ports: false, interactive: false, ...noOwnFolders };
  const run = {
    request: { target: 'service', service: request.service, instance: name, switches },
    newName: () => name,
    probeHost: hostProber(opened, context),
    warn: context.warn,
    ask,
  } as const;
  let session: ExecSession | undefined;
  const hooks: ChangeContext['hooks'] = {
    // Before it starts, so that nothing of what it says is missed.
    afterOperation: async (operation) => {
      if (operation.kind === 'create-container')
        session = await opened.engine.attach(operation.spec.container, terminal);
      await context.hooks?.afterOperation?.(operation);
    },
  };
  await planAndApply(
    async () => {
      const { observed, facts, desired } = await resolveRun({ ...run, opened: { ...opened, project } });
      return {
        observed,
        plan: planOnce(desired, observed, facts, {
          command: request.command,
          terminal,
          by: JSON.stringify(opened.client),
        }),
      };
    },
    opened.tools,
    { ...context, hooks },
  );
  if (session === undefined) throw new TypeError('a one-off instance was planned without being created');
  return session;
}

/** The service's entry once more, for the drawn name. */
function withEntry(project: LoadedProject, request: OnceRequest, name: string): LoadedProject {
  const entry = findEntry(project, request);
  if (entry === undefined) return project;
  const { ports: _, ...values } = entry.values;
  const own = { ...entry, values: { ...values, instance: name } };
  return { ...project, conf: { ...project.conf, entries: [...project.conf.entries, own] } };
}

function findEntry({ conf }: LoadedProject, { service, like }: OnceRequest): RunConfEntry | undefined {
  const entries = conf.entries.filter(({ values }) => values.service === service);
  const names = entries.flatMap(({ values }) => values.instance ?? []);
  const found =
    like === undefined
      ? (entries.find(({ values }) => typeof values.instance !== 'string') ??
        (entries.length === 1 ? entries[0] : undefined))
      : entries.find(({ values }) => values.instance === like);
  if (found !== undefined || entries.length === 0) return found;
  const what =
    like === undefined
      ? `${conf.file} has several entries for ${service}; which one applies?`
      : `${conf.file} has no entry for instance ${like} of ${service}`;
  throw new UserError(what, { code: 'WHICH_ENTRY', suggestions: names.map((each) => `--instance ${each}`) });
}

async function findLeftovers({ engine, owner, client }: OpenProject): Promise<readonly string[]> {
  const containers = onceContainers(owner, await observe(engine));
  return containers.filter((container) => !isWaitedFor(container, client)).map(({ name }) => name);
}

/**
 * From here we see only processes of this machine; of others' one-offs, only those that have ended are left over for
 * sure.
 */
function isWaitedFor({ labels, state }: ObservedContainer, client: ClientFacts): boolean {
  const isRunning = isStillRunning(parseProcess(labels[label.onceBy] ?? ''), client);
  return isRunning ?? (state !== 'exited' && state !== 'dead');
}

async function removeOneOffs(
  { engine, owner, tools }: OpenProject,
  names: readonly string[],
  context: ChangeContext,
): Promise<void> {
  if (names.length === 0) return;
  await planAndApply(
    async () => {
      const observed = await observe(engine);
      return {
        observed,
        plan: planRemoval(
          owner,
          onceContainers(owner, observed).filter(({ name }) => names.includes(name)),
          'a one-off instance',
        ),
      };
    },
    tools,
    context,
  );
}

/** Also after an interruption, which is not to interrupt this; and its failure is not the command's. */
async function removeOwn(opened: OpenProject, name: string, context: ChangeContext): Promise<void> {
  await removeOneOffs(opened, [name], { ...context, signal: new AbortController().signal }).catch((error: unknown) =>
    context.warn(`${name} could not be removed; the next "once" or "clean" removes it: ${messageOf(error)}`),
  );
}

/** The command's own output is the display; only making images takes so long that it has to be told. */
function imagesOnly(sink: ProgressSink): ProgressSink {
  let images: ReadonlySet<string> = new Set();
  return (event) => {
    if (event.type === 'begin') {
      const subjects = event.subjects.filter(({ kind }) => kind === 'image');
      images = new Set(subjects.map(({ name }) => name));
      if (images.size > 0) sink({ ...event, subjects });
    } else if (event.type === 'operation' || event.type === 'output') {
      if (images.has(event.subject)) sink(event);
    } else if (event.type !== 'end' || images.size > 0) {
      sink(event);
    }
  };
}
