import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Node } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import { isFindable } from '../../model/found-at.ts';
import { localHost } from '../../model/observed-hosts.ts';
import { isFile, readProjectFile } from '../read-project-file.ts';
import { repeatedKeys, valueOf } from './conf-node.ts';
import { type ConfText, parseConfText } from './conf-text.ts';
import { type Complaint, labelComplaint } from './dns-label.ts';
import { hostsConfKind } from './hosts-conf-kind.ts';
import { schemaProblems } from './schema-problems.ts';

/** A host of the project besides the machine of the command. */
export interface ConfHost {
  readonly name: string;
  /** `ssh://deploy@oak`. */
  readonly engine: string;
  /** At which the other hosts reach the ports that it publishes. */
  readonly address: string;
  readonly where: string;
}

/** By name, in the order of the file. */
export type ConfHosts = ReadonlyMap<string, ConfHost>;

export interface ParsedHostsConf {
  /** Without those that have problems. */
  readonly hosts: ConfHosts;
  readonly problems: readonly Problem[];
}

/** A project without a hosts.conf runs on the engine of the command alone. */
const noHosts: ParsedHostsConf = { hosts: new Map(), problems: [] };

export function loadHostsConf(projectDirectory: string): ParsedHostsConf {
  const path = join(projectDirectory, 'hosts.conf');
  return isFile(path) ? parseHostsConf('hosts.conf', readProjectFile(path, [projectDirectory])) : noHosts;
}

/** All problems at once. */
export function parseHostsConf(file: string, text: string): ParsedHostsConf {
  const conf = parseConfText(file, text);
  const { root, isWhole } = conf;
  if (root === undefined || !isWhole) return { hosts: noHosts.hosts, problems: conf.problems };
  const ofSchema = [...conf.problems, ...repeatedKeys(conf), ...schemaProblems(conf, valueOf(root), hostsConfKind)];
  if (ofSchema.length > 0) return { hosts: noHosts.hosts, problems: ofSchema };
  const hosts = (root.children ?? []).map((member) => toHost(conf, member));
  const found = hosts.map((host, index) => [host, complaintsAbout(host, hosts.slice(0, index))] as const);
  const sound = found.filter(([, complaints]) => complaints.length === 0);
  return {
    hosts: new Map(sound.map(([host]) => [host.name, host])),
    problems: found.flatMap(([{ where }, complaints]) => complaints.map((complaint) => ({ where, ...complaint }))),
  };
}

function toHost({ placeAt }: ConfText, { offset, children: [key, value] = [] }: Node): ConfHost {
  const { engine, address } = valueOf(value as Node) as Pick<ConfHost, 'engine' | 'address'>;
  return { name: String(key?.value), engine: engine.replace(/\/$/, ''), address, where: placeAt(offset) };
}

/** `before`: the hosts above it in the file. */
function complaintsAbout(host: ConfHost, before: readonly ConfHost[]): readonly Complaint[] {
  const { name, engine, address } = host;
  const sameEngine = before.find((other) => other.engine === engine);
  const sameAddress = before.find((other) => other.address === address);
  return [
    name === localHost ? reservedName : labelComplaint('host', name),
    isIP(address) === 0 || !isFindable(address) ? notReachable(host) : undefined,
    sameEngine === undefined ? undefined : sharedValue('engine', engine, sameEngine),
    sameAddress === undefined ? undefined : sharedValue('address', address, sameAddress),
  ].filter((complaint) => complaint !== undefined);
}

const reservedName: Complaint = {
  message: `a host cannot be called "${localHost}": this word means the engine of the command`,
  suggestion: 'choose another name',
};

function notReachable({ name, address }: ConfHost): Complaint {
  return {
    message: `"address" of host "${name}" is "${address}", which is no IP address that other hosts can reach`,
    suggestion: 'write the one that it has in the network of the hosts: "address": "10.0.0.5"',
  };
}

function sharedValue(key: string, value: string, other: ConfHost): Complaint {
  return {
    message: `"${key}" is ${value}, which host "${other.name}" has, too (${other.where})`,
    suggestion: 'write one name for each host',
  };
}
