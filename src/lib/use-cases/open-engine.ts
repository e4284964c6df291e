import { observe } from '../observe/observe.ts';
import type { KeyStore } from '../apply/context.ts';
import { definedOnly } from '../defined.ts';
import { cacheDirectory } from '../cache-directory.ts';
import { openEngine as connectTo, type OpenedEngine } from '../apply/open-engine.ts';
import type { EngineReader, EngineSessions } from '../engine/engine.ts';
import type { Owner } from '../model/desired.ts';
import type { ClientFacts } from '../model/host-facts.ts';
import { gatherClientFacts } from '../observe/host-facts.ts';
import type { ApplyTools } from './apply-plan.ts';
import { imageSources } from './facts/image-sources.ts';
import { baseImagesDirectoryOf, type InvocationContext } from './invocation.ts';

/** An engine, and what it takes to change it. */
export interface OpenEngine {
  readonly engine: EngineReader & EngineSessions;
  readonly owner: Owner;
  readonly tools: ApplyTools;
  readonly baseImagesDirectory: string;
}

export async function connectEngine({
  host,
  hostSource,
  environment,
  signal,
}: Pick<InvocationContext, 'host' | 'hostSource' | 'environment' | 'signal'>): Promise<OpenedEngine> {
  return connectTo({ environment, platform: process.platform, ...definedOnly({ host, hostSource, signal }) });
}

/**
 * Opens the engine without a project: for base images, and for everything on a host. The lock belongs to dockerops
 * itself.
 */
export async function openEngine(invocation: InvocationContext): Promise<OpenEngine> {
  const connection = await connectEngine(invocation);
  const client = gatherClientFacts();
  const owner = { kind: 'project', name: 'dockerops', path: '', machine: client.machine } as const;
  const baseImagesDirectory = baseImagesDirectoryOf(invocation);
  const tools = applyTools({ connection, invocation, owner, client, keys: noKeys, baseImagesDirectory });
  return { engine: connection.engine, owner, baseImagesDirectory, tools };
}

interface ToolsRequest {
  readonly connection: OpenedEngine;
  readonly invocation: InvocationContext;
  readonly owner: Owner;
  readonly client: ClientFacts;
  readonly keys: KeyStore;
  readonly baseImagesDirectory: string;
}

export function applyTools(request: ToolsRequest): ApplyTools {
  const { connection, invocation, owner, client, keys, baseImagesDirectory } = request;
  const { engine, applier } = connection;
  const { runInContainer } = applier;
  return {
    applier,
    observe: () => observe(engine),
    client,
    keys,
    images: imageSources({
      engine,
      runInContainer,
      owner,
      baseImagesDirectory,
      findCache: () => cacheDirectory(invocation),
      aptSources: invocation.environment['APT_SOURCES'],
    }),
  };
}

const noKeys: KeyStore = {
  read: (name) => Promise.reject(new TypeError(`there is no project to have key ${name}`)),
  create: ({ name }) => Promise.reject(new TypeError(`there is no project to have key ${name}`)),
};
