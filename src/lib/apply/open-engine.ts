import type { RunInContainer } from '../build/base-images/bootstrap.ts';
import { connect, type ConnectRequest } from '../engine/connection/connect.ts';
import { dockerConfigNotice } from '../engine/connection/docker-context.ts';
import { createDockerEngine, createReader, createSessions } from '../engine/docker-engine.ts';
import type { Engine, EngineReader, EngineSessions } from '../engine/engine.ts';
import type { Owner } from '../model/desired.ts';
import type { HostProbe } from '../observe/host-probe.ts';
import type { Plan } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import type { ApplyOutcome } from './executor.ts';

/** All that can be changed on an engine, for callers that do not hold its writing calls. */
export interface Applier {
  apply(plan: Plan, context: Omit<ApplyContext, 'engine'>): Promise<ApplyOutcome>;
  /** Interfaces and routes of the engine's host, by a short-lived container from the first image that has a shell. */
  probeHost(owner: Owner, images: readonly string[], signal: AbortSignal): Promise<HostProbe>;
  /** Whether the engine's host has this directory; found by a container that never starts. */
  isDirectoryThere(owner: Owner, directory: string): Promise<boolean>;
  /** Which of these directories other users of the engine's host may enter; found in the same way. */
  openDirectoriesOf(owner: Owner, directories: readonly string[]): Promise<readonly string[]>;
  readonly runInContainer: RunInContainer;
}

export interface OpenedEngine {
  readonly engine: EngineReader & EngineSessions;
  readonly applier: Applier;
  /** What is wrong with the configuration of Docker's command line, which stops nothing. */
  readonly notices: readonly string[];
}

/** Connects to the engine that is meant. Its writing calls do not leave this room. */
export async function openEngine(request: ConnectRequest): Promise<OpenedEngine> {
  const connection = await connect(request);
  const notice = dockerConfigNotice(request);
  return {
    engine: { ...createReader(connection), ...createSessions(connection) },
    applier: applierOn(createDockerEngine(connection, request)),
    notices: notice === undefined ? [] : [notice],
  };
}

/** Loads what it needs when it is used: most commands only read. */
export function applierOn(engine: Engine): Applier {
  return {
    apply: async (plan, context) => (await import('./executor.ts')).apply(plan, { ...context, engine }),
    probeHost: async (owner, images, signal) =>
      (await import('./probe-host.ts')).probeHost(engine, owner, images, signal),
    isDirectoryThere: async (owner, directory) =>
      (await import('./host-directory.ts')).isDirectoryThere(engine, owner, directory),
    openDirectoriesOf: async (owner, directories) =>
      (await import('./data/open-directories.ts')).openDirectoriesOf(engine, owner, directories),
    runInContainer: async (request) => (await import('./run-in-container.ts')).runInContainerOn(engine)(request),
  };
}
