import { sleep } from '../interrupt.ts';
import { EngineError, Interrupted, NotFound, OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import type { ContainerDetail, EngineReader, EngineSessions } from '../engine/engine.ts';

/** The program in the base images that tells when entrypoints and supervised programs are up. */
const awaitReadyProgram = '/usr/local/lib/dockerops/await-ready';
const baseHealthTest = '/usr/local/lib/dockerops/health';
const pollMs = 200;
const logTail = 20;
/** Exit codes by which the program says that something failed, and that its time is over. */
const hasFailed = 1;
const timeIsOver = 3;

/** For how long the engine may be about to bring back what died. Its first delays are 0.1 s, doubled each time. */
const comeBackMs = 5000;

export interface ReadinessOptions {
  readonly limitSeconds: number;
  /** It ran before anybody waited for it: the engine may be bringing it back just now. What has only been started may not die once. */
  readonly wasRunning: boolean;
  readonly signal: AbortSignal;
}

/**
 * The one rule for "ready": its healthcheck says healthy; else, on the base image, entrypoints are done and all supervised programs
 * run; else it is running. Returns when ready, throws OperationFailed with what the user would look up next.
 */
export async function awaitReady(
  engine: EngineReader & EngineSessions,
  container: string,
  options: ReadinessOptions,
): Promise<void> {
  if (!options.wasRunning) return awaitFrom(await engine.inspectContainer(container), engine, options);
  const first = await broughtBack(engine, container, options.signal);
  try {
    await awaitFrom(first, engine, options);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    // It may have been dying when it was looked at first.
    const second = await broughtBack(engine, container, options.signal);
    if (second.restartCount === first.restartCount) throw error;
    await awaitFrom(second, engine, options);
  }
}

async function awaitFrom(
  detail: ContainerDetail,
  engine: EngineReader & EngineSessions,
  options: ReadinessOptions,
): Promise<void> {
  await assertRunning(engine, detail);
  if (hasOwnHealthcheck(detail)) return awaitHealthy(engine, detail, options);
  if (detail.labels[label.base] !== undefined) return awaitPrograms(engine, detail, options);
}

async function broughtBack(engine: EngineReader, container: string, signal: AbortSignal): Promise<ContainerDetail> {
  const end = performance.now() + comeBackMs;
  for (;;) {
    const detail = await engine.inspectContainer(container);
    if (detail.state !== 'restarting' || performance.now() > end) return detail;
    await sleep(pollMs, signal);
  }
}

function hasOwnHealthcheck({ healthTest }: ContainerDetail): boolean {
  return healthTest.length > 0 && healthTest[0] !== 'NONE' && !healthTest.includes(baseHealthTest);
}

async function assertRunning(engine: EngineReader, detail: ContainerDetail): Promise<void> {
  if (detail.state === 'running') return;
  throw await failure(engine, detail, (lines) => reasonIn(lines, detail) ?? exitText(detail));
}

/** In the words of the base image's first process, which may have ended before anybody could ask inside. */
function reasonIn(lines: readonly string[], { name, labels }: ContainerDetail): string | undefined {
  if (labels[label.base] === undefined) return undefined;
  const entrypoint = lines
    .flatMap((line) => /^dockerops: entrypoint (?:.*\/)?([^/]+ ended with status \d+)/.exec(line)?.[1] ?? [])
    .at(-1);
  return entrypoint === undefined ? undefined : `${name}: entrypoint ${entrypoint}`;
}

function exitText({ name, state, exitCode, outOfMemory, error, restartCount }: ContainerDetail): string {
  const memory = outOfMemory ? ', killed for using too much memory' : '';
  const again = restartCount > 0 ? `, restarted ${times(restartCount)}` : '';
  const why = error === '' ? '' : `: ${error}`;
  return `${name} is ${state}, exit code ${String(exitCode ?? 'unknown')}${memory}${again}${why}`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

/** What failed, with the last lines that the container wrote, and how to go on. */
export async function failure(
  engine: EngineReader,
  { id, name, labels }: Pick<ContainerDetail, 'id' | 'name' | 'labels'>,
  message: string | ((lines: readonly string[]) => string),
): Promise<OperationFailed> {
  const logs = await lastLines(engine, id);
  return new OperationFailed(typeof message === 'string' ? message : message(logs), {
    code: 'INSTANCE_FAILED',
    container: name,
    logs,
    suggestions: nextSteps(labels),
  });
}

function nextSteps(labels: ContainerDetail['labels']): readonly string[] {
  if (labels[label.kind] !== 'instance') return [];
  const which = `${labels[label.service] ?? ''},instance=${labels[label.instance] ?? ''}`;
  return [
    `all that it wrote: dockerops logs:${which}`,
    ...(labels[label.base] === undefined
      ? []
      : [
          `look inside, its programs write to /var/log/supervisor: dockerops shell:${which}`,
          `without its entrypoints, with a shell: dockerops run:${which},interactive=True,safemode=True,replace=True`,
        ]),
    `when it is mended: dockerops rerun:${which}`,
  ];
}

async function lastLines(engine: EngineReader, container: string): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const line of engine.logs(container, { tail: logTail })) lines.push(line.text);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
  return lines;
}

async function awaitHealthy(
  engine: EngineReader,
  first: ContainerDetail,
  { limitSeconds, signal }: ReadinessOptions,
): Promise<void> {
  const end = performance.now() + limitSeconds * 1000;
  for (let detail = first; ; detail = await engine.inspectContainer(first.id)) {
    await assertRunning(engine, detail);
    if (detail.health === 'healthy') return;
    if (detail.health === 'unhealthy')
      throw await failure(
        engine,
        detail,
        `${detail.name} is unhealthy: ${detail.lastProbe.trim() || 'its healthcheck printed nothing'}`,
      );
    if (performance.now() > end)
      throw await failure(
        engine,
        detail,
        `${detail.name} is not healthy after ${String(limitSeconds)} s: ${detail.lastProbe.trim() || 'no probe has ended yet'}`,
      );
    await sleep(pollMs, signal);
  }
}

/** One exec that waits inside, so that waiting costs the engine nothing. */
async function awaitPrograms(
  engine: EngineReader & EngineSessions,
  { id, name }: ContainerDetail,
  { limitSeconds, signal }: ReadinessOptions,
): Promise<void> {
  const result = await engine
    .exec(id, { command: [awaitReadyProgram, String(limitSeconds)], user: 'root' }, (limitSeconds + 10) * 1000, signal)
    .catch((error: unknown) => {
      if (error instanceof EngineError) return error;
      throw error;
    });
  if (!(result instanceof EngineError) && result.exitCode === 0) return;
  const said = result instanceof EngineError ? '' : `${result.stdout}${result.stderr}`.trim();
  const detail = await inspect(engine, id, name);
  // What it says is why; that the container has ended by now is only what follows from it.
  if (said === '' || result.exitCode !== hasFailed) await assertRunning(engine, detail);
  if (result instanceof EngineError) throw result;
  throw await failure(
    engine,
    detail,
    result.exitCode === timeIsOver
      ? `${name} is not ready after ${String(limitSeconds)} s: ${said}`
      : `${name}: ${said}`,
  );
}

async function inspect(engine: EngineReader, id: string, name: string): Promise<ContainerDetail> {
  try {
    return await engine.inspectContainer(id);
  } catch (error) {
    if (error instanceof NotFound)
      throw new OperationFailed(`${name} was removed while it started`, { code: 'INSTANCE_GONE', cause: error });
    throw error;
  }
}
