import { baseImageSet } from '../../build/base-images/base-image-set.ts';
import { bootstrapObstacle } from '../../build/base-images/bootstrap.ts';
import { osIds, osTable } from '../../build/base-images/os-table.ts';
import type { OpenedEngine } from '../../apply/open-engine.ts';
import { DockeropsError } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { gatherClientFacts, gatherHostFacts } from '../../observe/host-facts.ts';
import { freeBytes, hasProgram, modeOf } from '../../observe/machine.ts';
import { observe } from '../../observe/observe.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';
import { ownContainers } from '../../plan/ownership.ts';
import { networkBlockers } from '../../plan/instance/network.ts';
import type { ProjectPlace } from '../../project/find-project.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import { hostConfPath } from '../../project/conf/host-conf.ts';
import type { Owner } from '../../model/desired.ts';
import { networkSpec } from '../../project/resolve/network/subnets.ts';
import * as checks from './doctor-checks.ts';
import { baseHashes } from '../facts/image-sources.ts';
import { leftRestores } from '../data/left-restores.ts';
import { mountedDataDirectories, openFolders } from '../data/open-folders.ts';
import { baseImagesDirectoryOf, findPlace, type ProjectInvocation } from '../invocation.ts';
import { connectEngine } from '../open-engine.ts';

/** Looks at everything that dockerops needs, with a project or without, with an engine or without. Changes nothing. */
export async function examine(invocation: ProjectInvocation): Promise<readonly checks.Check[]> {
  const { environment, host } = invocation;
  const place = findProjectHere(invocation);
  const opened = await connectEngine(host, environment).catch(asFailure);
  return [
    checks.checkNode(process.version),
    ...(opened instanceof DockeropsError
      ? [checks.engineFails(opened)]
      : await examineEngine(opened, invocation, place)),
    checks.checkSsh(await hasProgram('ssh', environment['PATH'] ?? '')),
    ...(place === undefined
      ? []
      : [checks.checkHostConf(hostConfPath(place.directory), await modeOf(hostConfPath(place.directory)))]),
  ];
}

function asFailure(error: unknown): DockeropsError {
  if (error instanceof DockeropsError) return error;
  throw error;
}

function findProjectHere(invocation: ProjectInvocation): ProjectPlace | undefined {
  try {
    return findPlace(invocation);
  } catch (error) {
    asFailure(error);
    return undefined;
  }
}

async function examineEngine(
  { engine, applier }: OpenedEngine,
  invocation: ProjectInvocation,
  place: ProjectPlace | undefined,
): Promise<readonly checks.Check[]> {
  const observed = await observe(engine);
  const client = gatherClientFacts();
  const facts = gatherHostFacts(engine.address, observed.engine, client);
  const { dataDirectory, architecture } = observed.engine;
  const [os] = osIds;
  if (os === undefined) throw new TypeError('no os');
  const set = await baseImageSet(os, place?.baseImagesDirectory ?? baseImagesDirectoryOf(invocation), architecture);
  const { containerImage } = osTable[os];
  const hasImage = observed.images.some(({ references }) =>
    references.some((each) => canonicalReference(each) === canonicalReference(containerImage)),
  );
  const owner: Owner = {
    kind: 'project',
    name: place?.name ?? 'dockerops',
    path: place?.directory ?? '',
    machine: client.machine,
  };
  return [
    checks.checkEngine(observed.engine, engine.address),
    checks.checkStorage(observed.engine),
    checks.checkDisk(
      facts.local && dataDirectory !== undefined ? await freeBytes(dataDirectory) : undefined,
      observed.engine,
    ),
    checks.checkPort53(facts.local ? await gatherPortHolders(new Set([53])) : undefined, observed.containers),
    examineSubnet(owner, observed, facts, invocation),
    ...(place === undefined
      ? []
      : await examineData(place, facts.local, [...ownContainers(owner, observed).values()], (directories) =>
          applier.openDirectoriesOf(owner, directories),
        )),
    checks.checkBaseImages(baseHashes(set), observed.images),
    checks.checkBootstrap(await bootstrapObstacle(architecture), containerImage, hasImage),
  ];
}

async function examineData(
  { dataDirectory }: ProjectPlace,
  isHere: boolean,
  containers: readonly ObservedContainer[],
  openElsewhere: (directories: readonly string[]) => Promise<readonly string[]>,
): Promise<readonly checks.Check[]> {
  const open = isHere
    ? await openFolders(dataDirectory, containers)
    : await openElsewhere(mountedDataDirectories(containers)).catch(asFailure);
  return [
    checks.checkRestores(isHere ? await leftRestores(dataDirectory, containers) : undefined),
    checks.checkDataFolders(open instanceof DockeropsError ? undefined : open, isHere),
  ];
}

/** What a run would find out when it makes the project's network. */
function examineSubnet(
  owner: Owner,
  observed: ObservedState,
  facts: HostFacts,
  { environment }: ProjectInvocation,
): checks.Check {
  const { spec, problems } = networkSpec(owner.name, environment);
  const blockers = spec === undefined ? [] : networkBlockers(owner, spec, observed, facts);
  return checks.checkSubnet(blockers, problems);
}
