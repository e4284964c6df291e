import type { OpenedEngine } from '../../apply/open-engine.ts';
import { baseImageSet, withoutLarge } from '../../build/base-images/base-image-set.ts';
import { bootstrapObstacle } from '../../build/base-images/bootstrap.ts';
import { osTable } from '../../build/base-images/os-table.ts';
import { cacheDirectory, namedCacheDirectory } from '../../cache-directory.ts';
import { DockeropsError } from '../../errors.ts';
import type { Owner } from '../../model/desired.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { gatherClientFacts, gatherHostFacts } from '../../observe/host-facts.ts';
import { freeBytes, hasProgram, modeOf } from '../../observe/machine.ts';
import { observe } from '../../observe/observe.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import { networkBlockers } from '../../plan/instance/network.ts';
import { ownContainers } from '../../plan/ownership.ts';
import { hostConfPath } from '../../project/conf/host-conf.ts';
import type { ProjectPlace } from '../../project/find-project.ts';
import { networkSpec } from '../../project/resolve/network/subnets.ts';
import { leftRestores } from '../data/left-restores.ts';
import { trustOf } from '../../trusted-directory.ts';
import { mountedDataDirectories, openFolders } from '../data/open-folders.ts';
import { baseHashes } from '../facts/image-sources.ts';
import { baseImagesDirectoryOf, findPlace, type ProjectInvocation } from '../invocation.ts';
import { connectEngine } from '../open-engine.ts';
import type { Check } from './check.ts';
import { checkDataFolders, checkRestores } from './data-checks.ts';
import { checkGitIgnore, checkHostConfInGit, checkKeys, checkNoProject } from './project-checks.ts';
import { checkDisk, checkEngine, checkStorage, engineFails } from './engine-checks.ts';
import { checkBaseImages, checkBootstrap } from './image-checks.ts';
import { checkCache, checkHostConf, checkNode, checkSsh } from './machine-checks.ts';
import { checkPort53, checkSubnet } from './network-checks.ts';

/** Checks everything that dockerops needs, also without a project and without an engine. Changes nothing. */
export async function runDoctor(invocation: ProjectInvocation): Promise<readonly Check[]> {
  const { environment } = invocation;
  const found = findPlaceOrError(invocation);
  const place = found instanceof DockeropsError ? undefined : found;
  const connection = await connectEngine(invocation).catch(expectedError);
  return [
    checkNode(process.version),
    ...(connection instanceof DockeropsError
      ? [engineFails(connection)]
      : await engineChecks(connection, invocation, place).catch((error: unknown) => [
          engineFails(expectedError(error)),
        ])),
    checkSsh(await hasProgram('ssh', environment['PATH'] ?? '')),
    cacheCheck(invocation),
    ...(found instanceof DockeropsError ? checkNoProject(found) : await projectChecks(found)),
  ];
}

function findPlaceOrError(invocation: ProjectInvocation): ProjectPlace | DockeropsError {
  try {
    return findPlace(invocation);
  } catch (error) {
    return expectedError(error);
  }
}

/** Any other error is a bug, and thrown again. */
function expectedError(error: unknown): DockeropsError {
  if (error instanceof DockeropsError) return error;
  throw error;
}

function cacheCheck(invocation: ProjectInvocation): Check {
  const named = namedCacheDirectory(invocation);
  return checkCache(named, trustOf(named), cacheDirectory(invocation));
}

async function projectChecks({ directory }: ProjectPlace): Promise<readonly Check[]> {
  const path = hostConfPath(directory);
  return [
    checkHostConf(path, await modeOf(path)),
    ...checkHostConfInGit(directory),
    ...checkGitIgnore(directory),
    ...checkKeys(directory),
  ];
}

/** What the checks of an engine have in common. */
interface Examined {
  readonly connection: OpenedEngine;
  readonly observed: ObservedState;
  readonly owner: Owner;
  readonly facts: HostFacts;
}

async function engineChecks(
  connection: OpenedEngine,
  invocation: ProjectInvocation,
  place: ProjectPlace | undefined,
): Promise<readonly Check[]> {
  const { engine } = connection;
  const observed = await observe(engine);
  const client = gatherClientFacts();
  const { name, directory: path } = place ?? { name: 'dockerops', directory: '' };
  const owner = { kind: 'project', name, path, machine: client.machine } as const;
  const facts = gatherHostFacts(engine.address, observed.engine, client);
  const examined = { connection, observed, owner, facts };
  return [
    checkEngine(observed.engine, engine.address),
    checkStorage(observed.engine),
    await diskCheck(examined),
    checkPort53(facts.local ? await gatherPortHolders(new Set([53])) : undefined, observed.containers),
    subnetCheck(examined, invocation),
    ...(place === undefined ? [] : await dataChecks(place, examined)),
    ...(await imageChecks(place?.baseImagesDirectory ?? baseImagesDirectoryOf(invocation), observed)),
  ];
}

async function diskCheck({ observed, facts }: Examined): Promise<Check> {
  const { dataDirectory } = observed.engine;
  const free = facts.local && dataDirectory !== undefined ? await freeBytes(dataDirectory) : undefined;
  return checkDisk(free, observed.engine);
}

/** What a run would report when it creates the network of the project. */
function subnetCheck({ owner, observed, facts }: Examined, { environment }: ProjectInvocation): Check {
  const { spec, problems } = networkSpec(owner.name, environment);
  const blockers = spec === undefined ? [] : networkBlockers(owner, spec, observed, facts);
  return checkSubnet(blockers, problems);
}

async function dataChecks(
  { dataDirectory }: ProjectPlace,
  { connection, owner, observed, facts: { local } }: Examined,
): Promise<readonly Check[]> {
  const containers = [...ownContainers(owner, observed).values()];
  const openFound = local
    ? await openFolders(dataDirectory, containers)
    : await openOnRemoteHost(connection, owner, containers);
  return [
    checkRestores(local ? await leftRestores(dataDirectory, containers) : undefined),
    checkDataFolders(openFound, local),
  ];
}

async function openOnRemoteHost(
  { applier }: OpenedEngine,
  owner: Owner,
  containers: readonly ObservedContainer[],
): Promise<readonly string[] | undefined> {
  const found = await applier.openDirectoriesOf(owner, mountedDataDirectories(containers)).catch(expectedError);
  return found instanceof DockeropsError ? undefined : found;
}

async function imageChecks(
  directory: string,
  { engine: { architecture }, images }: ObservedState,
): Promise<readonly Check[]> {
  const set = await baseImageSet(os, directory, architecture);
  return [
    checkBaseImages(baseHashes(withoutLarge(set)), images),
    checkBootstrap(await bootstrapObstacle(architecture), osTable[os].containerImage, images),
  ];
}

const os = 'debian12';
