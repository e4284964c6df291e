import type { DockeropsError } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { EngineFacts, ObservedContainer, ObservedImage } from '../../model/observed-state.ts';
import type { Blocker } from '../../plan/plan.ts';
import { quoteWords } from '../../shell-words.ts';
import { holderText } from '../../plan/ownership.ts';
import type { PortHolder } from '../../model/host-facts.ts';

/** One thing that has to be right for dockerops to work, and what to do when it is not. */
export interface Check {
  readonly name: string;
  /** `unknown`: it cannot be seen from here. */
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly text: string;
  readonly fix?: string;
}

export const minNode = '22.12.0';

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = minNode.split('.').map(Number);
  const isEnough = major > minMajor || (major === minMajor && minor >= minMinor);
  return {
    name: 'Node.js',
    status: isEnough ? 'ok' : 'fail',
    text: version,
    ...(isEnough ? {} : { fix: `install Node.js ${minNode} or newer: https://nodejs.org` }),
  };
}

export function checkEngine({ version, apiVersion }: EngineFacts, address: string): Check {
  return { name: 'engine', status: 'ok', text: `${version}, API ${apiVersion}, at ${address}` };
}

export function engineFails({ message, suggestions }: DockeropsError): Check {
  return {
    name: 'engine',
    status: 'fail',
    text: message,
    ...(suggestions.length === 0 ? {} : { fix: suggestions.join(', or ') }),
  };
}

/** Drivers with which every container is a copy of its image, or that are gone from newer engines. */
const slowDrivers: ReadonlySet<string> = new Set(['vfs', 'aufs', 'devicemapper', 'overlay']);

export function checkStorage({ storageDriver }: EngineFacts): Check {
  if (storageDriver === undefined)
    return { name: 'storage', status: 'unknown', text: 'the engine does not report its storage driver' };
  if (!slowDrivers.has(storageDriver)) return { name: 'storage', status: 'ok', text: storageDriver };
  return {
    name: 'storage',
    status: 'warn',
    text: `${storageDriver} is slow or no longer maintained`,
    fix: 'use overlay2: https://docs.docker.com/engine/storage/drivers/select-storage-driver/',
  };
}

const gibibyte = 2 ** 30;
const failBelow = 1 * gibibyte;
const warnBelow = 5 * gibibyte;

export function checkDisk(freeBytes: number | undefined, { dataDirectory = '' }: EngineFacts): Check {
  if (freeBytes === undefined)
    return { name: 'disk', status: 'unknown', text: 'the disk of the engine cannot be seen from this machine' };
  const text = `${(freeBytes / gibibyte).toFixed(1)} GiB free in ${dataDirectory}`;
  if (freeBytes >= warnBelow) return { name: 'disk', status: 'ok', text };
  return {
    name: 'disk',
    status: freeBytes < failBelow ? 'fail' : 'warn',
    text,
    fix: 'see what uses it: docker system df; free some: docker image prune',
  };
}

/** Only a DNS that is published needs it, so that a holder is no failure. */
export function checkPort53(
  holders: readonly PortHolder[] | undefined,
  containers: readonly ObservedContainer[],
): Check {
  const publishers = containers.flatMap((container) =>
    container.ports
      .filter(({ host }) => host === 53)
      .map(
        ({ ip = 'all addresses', protocol }) =>
          `53/${protocol} on ${ip} by container ${container.name} (${holderText(container)})`,
      ),
  );
  const processes = (holders ?? [])
    .filter(
      ({ protocol }) =>
        !containers.some(({ ports }) => ports.some((port) => port.host === 53 && port.protocol === protocol)),
    )
    .map(({ ip, protocol, holder }) => `53/${protocol} on ${ip} by ${holder ?? 'a process'}`);
  const held = [...new Set([...publishers, ...processes])];
  if (held.length > 0)
    return {
      name: 'port 53',
      status: 'warn',
      text: `in use: ${held.join('; ')}`,
      fix:
        'only a DNS that serves other hosts needs port 53: publish it on another address of the host ' +
        '(SERVICE_IP=<address that they reach>; behind NAT also PUBLISH_ON_IP=<address of the host>)',
    };
  return holders === undefined
    ? { name: 'port 53', status: 'unknown', text: 'the ports of the host cannot be seen from this machine' }
    : { name: 'port 53', status: 'ok', text: 'free, tcp and udp' };
}

/** `wanted`: hash of what each base image is made from, by reference. */
export function checkBaseImages(wanted: Readonly<Record<string, string>>, images: readonly ObservedImage[]): Check {
  const states = Object.entries(wanted).map(([reference, hash]) => {
    const seen = images.find(({ references }) =>
      references.some((each) => canonicalReference(each) === canonicalReference(reference)),
    );
    return seen === undefined ? 'missing' : seen.labels[label.sourceHash] === hash ? 'current' : 'older';
  });
  const count = (state: string): number => states.filter((each) => each === state).length;
  if (count('current') === states.length)
    return { name: 'base images', status: 'ok', text: 'all present and up to date' };
  const text =
    count('missing') > 0
      ? `${String(count('missing'))} of ${String(states.length)} not made yet`
      : `${String(count('older'))} of ${String(states.length)} older than those of this version`;
  return {
    name: 'base images',
    status: 'warn',
    text,
    fix: 'dockerops init makes them; build and run do so when needed',
  };
}

export function checkSubnet(
  blockers: readonly Blocker[],
  problems: readonly { readonly message: string; readonly suggestion?: string }[],
): Check {
  const [blocker] = blockers;
  const [problem] = problems;
  if (problem !== undefined)
    return {
      name: 'subnets',
      status: 'fail',
      text: problem.message,
      ...(problem.suggestion === undefined ? {} : { fix: problem.suggestion }),
    };
  if (blocker === undefined) return { name: 'subnets', status: 'ok', text: "one is free for the project's network" };
  return { name: 'subnets', status: 'fail', text: blocker.message, fix: blocker.suggestions.join(', or ') };
}

export function checkSsh(isThere: boolean): Check {
  if (isThere) return { name: 'ssh', status: 'ok', text: 'the client is installed' };
  return {
    name: 'ssh',
    status: 'warn',
    text: 'no ssh client; "dockerops ssh" needs one, "shell" and "exec" do not',
    fix: 'on Debian and Ubuntu: sudo apt-get install openssh-client',
  };
}

/**
 * Where base images can be made: here, else in a container of the distribution's image, which the engine has or can
 * get.
 */
export function checkBootstrap(obstacle: string | undefined, image: string, hasImage: boolean): Check {
  if (obstacle === undefined)
    return { name: 'bootstrap', status: 'ok', text: 'base images can be made on this machine' };
  const where = `base images are made in a container of ${image}: ${obstacle}`;
  if (hasImage) return { name: 'bootstrap', status: 'ok', text: where };
  return {
    name: 'bootstrap',
    status: 'warn',
    text: `${where}; the engine has to pull that image first`,
    fix: `pull it (docker pull ${image}), or on Debian and Ubuntu, as root: apt-get install mmdebstrap`,
  };
}

export function checkHostConf(path: string, mode: number | undefined): Check {
  if (mode === undefined) return { name: 'host.conf', status: 'ok', text: 'there is none' };
  const text = `mode ${mode.toString(8)}`;
  return (mode & 0o077) === 0
    ? { name: 'host.conf', status: 'ok', text }
    : {
        name: 'host.conf',
        status: 'warn',
        text: `${text}: other users of this machine can read it`,
        fix: `chmod 600 ${path}`,
      };
}

/**
 * `open`: directories of persistent data that other users of the engine's host may enter; undefined where that is not
 * known.
 */
export function checkDataFolders(open: readonly string[] | undefined, isHere: boolean): Check {
  if (open === undefined)
    return { name: 'data folders', status: 'unknown', text: 'who may enter them cannot be seen from here' };
  if (open.length === 0) return { name: 'data folders', status: 'ok', text: 'closed to other users of the host' };
  return {
    name: 'data folders',
    status: 'warn',
    text: `other users of the host can read what instances keep, and run what a container gave the setuid bit: ${open.slice(0, maxShown).join(', ')}${moreThan(open)}`,
    fix: `${isHere ? '' : "on the engine's host: "}chmod 700 ${quoteWords(open)}`,
  };
}

const maxShown = 5;

function moreThan(shown: readonly string[]): string {
  return shown.length > maxShown ? `, and ${String(shown.length - maxShown)} more` : '';
}

/** What restores that were killed unpacked; one that runs has it, too. */
export function checkRestores(left: readonly string[] | undefined): Check {
  if (left === undefined)
    return { name: 'restores', status: 'unknown', text: 'unfinished ones cannot be seen from here' };
  if (left.length === 0) return { name: 'restores', status: 'ok', text: 'none is unfinished' };
  return {
    name: 'restores',
    status: 'warn',
    text: `left by an interrupted restore, unless one is running now: ${left.slice(0, maxShown).join(', ')}${moreThan(left)}`,
    fix: 'remove it, or let the next restore of that instance do so: its content is still in the backup',
  };
}
