import type { Problem } from '../../errors.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import type { Plan } from '../../plan/operation.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { ResolvedNode } from './resolve-node.ts';
import type { ServiceStatus } from './status.ts';
import type { DesiredState, DesiredService } from './desired-state.ts';

interface Waits {
  error(name: string): string | undefined;
  dueAt(name: string): string | undefined;
}

interface Done {
  readonly wanted: DesiredState;
  readonly resolved: ResolvedNode;
  readonly view: { readonly observed: ObservedState };
  readonly plan: Plan;
  readonly refused: ReadonlyMap<string, string>;
  readonly failed: ReadonlyMap<string, string>;
  /** Services that wait for their image. */
  readonly waiting: ReadonlyMap<string, ImageSpec>;
  readonly retries: Waits;
  readonly pulls: Waits;
}

/** How each service stands after a pass, for people: what runs, and why what does not. */
export function serviceStatuses(done: Done): ReadonlyMap<string, ServiceStatus> {
  const containers = new Map(done.view.observed.containers.map((container) => [container.name, container]));
  const read = done.wanted.services.map(
    (service) => [service.name, statusOf(service, containers.get(service.name), done)] as const,
  );
  const unread = [...done.wanted.unread].map(
    ([name, problems]) =>
      [
        name,
        {
          state: 'unread',
          where: problems[0]?.where ?? '',
          error: textOf(problems),
          ...own(containers.get(name), done),
        } satisfies ServiceStatus,
      ] as const,
  );
  const known = new Set([...read, ...unread].map(([name]) => name));
  const leaving = [...done.failed]
    .filter(([name]) => !known.has(name))
    .map(
      ([name, error]) =>
        [
          name,
          {
            state: 'failed',
            where: '',
            error: `nothing asks for it any more: ${error}`,
            ...own(containers.get(name), done),
          } satisfies ServiceStatus,
        ] as const,
    );
  return new Map([...read, ...unread, ...leaving]);
}

function statusOf(
  { name, where, definition: { image } }: DesiredService,
  container: ObservedContainer | undefined,
  done: Done,
): ServiceStatus {
  const common = { where, image, ...own(container, done) };
  const problems = done.resolved.problems.get(name);
  if (problems !== undefined) return { ...common, state: 'failed', error: textOf(problems) };
  const awaited = done.waiting.get(name)?.reference;
  if (awaited !== undefined)
    return {
      ...common,
      state: 'waiting',
      error: done.pulls.error(awaited) ?? `waits for the image ${awaited}`,
      ...retry(done.pulls.dueAt(awaited)),
    };
  const error = done.refused.get(name) ?? done.failed.get(name) ?? done.retries.error(name);
  if (error !== undefined) return { ...common, state: 'failed', error, ...retry(done.retries.dueAt(name)) };
  if (done.plan.operations.some(({ id }) => id === `start ${name}`)) return { ...common, state: 'running' };
  if (container?.state === 'running') return { ...common, state: 'running' };
  if (container?.state === 'restarting')
    return { ...common, state: 'failed', error: `it ends again and again: ${container.status}` };
  if (container?.state === 'paused')
    return { ...common, state: 'failed', error: `it is paused; to let it go on: docker unpause ${name}` };
  return { ...common, state: container === undefined ? 'unknown' : 'ended' };
}

/** The container, unless it is somebody else's. */
function own(container: ObservedContainer | undefined, { plan }: Done): Pick<ServiceStatus, 'container'> {
  const owner = container?.ownership?.owner;
  return container !== undefined && owner?.kind === 'node' && owner.name === plan.owner.name
    ? { container: container.id.slice(0, 12) }
    : {};
}

function textOf(problems: readonly Problem[]): string {
  return problems.map(({ where, message }) => (where === undefined ? message : `${where}: ${message}`)).join('; ');
}

function retry(retryAt: string | undefined): Pick<ServiceStatus, 'retryAt'> {
  return retryAt === undefined ? {} : { retryAt };
}
