import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../errors.ts';
import { readProjectFile } from '../read-project-file.ts';
import { repeatedKeys, valueOf } from './conf-node.ts';
import { type ConfText, parseConfText } from './conf-text.ts';

/** What belongs to this host alone: variables, and the conf that was used last. Not committed. */
export interface HostConf {
  readonly values: Readonly<Record<string, string>>;
  readonly places: Readonly<Record<string, string>>;
  readonly lastConf: string | undefined;
}

export interface ParsedHostConf {
  readonly conf: HostConf;
  readonly problems: readonly Problem[];
}
export interface LoadedHostConf extends ParsedHostConf {
  readonly notices: readonly string[];
}

const none: HostConf = { values: {}, places: {}, lastConf: undefined };
/** Of a project without a host.conf. */
export const noHostConf: LoadedHostConf = { conf: none, problems: [], notices: [] };
export const lastConfKey = 'last_conf';

type Root = NonNullable<ConfText['root']>;

interface Member {
  readonly name: string;
  readonly where: string;
  readonly value: Root | undefined;
}

/** One flat object of variables; comments as in run.conf. */
export function parseHostConf(file: string, text: string): ParsedHostConf {
  const conf = parseConfText(file, text, true);
  const { root } = conf;
  if (conf.problems.length > 0) return { conf: none, problems: conf.problems };
  if (root === undefined) return { conf: none, problems: [] };
  if (root.type !== 'object') return { conf: none, problems: [notObject(conf.placeAt(root.offset))] };
  const members = membersOf(root, conf);
  const { [lastConfKey]: lastConf, ...values } = Object.fromEntries(members.flatMap((each) => textOf(each, text)));
  return {
    conf: {
      values,
      places: Object.fromEntries(members.map(({ name, where }) => [name, where])),
      lastConf: lastConf === '' ? undefined : lastConf,
    },
    problems: [...repeatedKeys(conf), ...members.filter((each) => !hasText(each)).map(notText)],
  };
}

function membersOf(root: Root, { placeAt }: ConfText): readonly Member[] {
  return (root.children ?? []).map(({ offset, children: [key, value] = [] }) => ({
    name: String(key?.value),
    where: placeAt(offset),
    value,
  }));
}

function hasText({ value }: Member): boolean {
  return value !== undefined && ['string', 'number', 'null'].includes(value.type);
}

/** Name and value; a number is as written (`1.10`), null is no value. */
function textOf(member: Member, text: string): readonly (readonly [string, string])[] {
  const { name, value } = member;
  if (value === undefined || value.type === 'null' || !hasText(member)) return [];
  return [[name, String(valueOf(value, ({ offset, length }) => text.slice(offset, offset + length)))]];
}

function notObject(where: string): Problem {
  return { where, message: 'host.conf must be an object of variables', suggestion: 'write { "NAME": "value" }' };
}

function notText({ name, where }: Member): Problem {
  return {
    where,
    message: `the value of ${name} must be a string in double quotes or a number`,
    suggestion: `write "${name}": "…"`,
  };
}

export function hostConfPath(projectDirectory: string): string {
  return join(projectDirectory, 'host.conf');
}

export function loadHostConf(projectDirectory: string): LoadedHostConf {
  const path = hostConfPath(projectDirectory);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return noHostConf;
  const isOpen = process.platform !== 'win32' && (found.mode & 0o077) !== 0;
  const notices = isOpen ? [`other users of this machine can read host.conf: chmod 600 ${path}`] : [];
  return { ...parseHostConf('host.conf', readProjectFile(path, [projectDirectory])), notices };
}

export function hostVariablePlace(conf: HostConf, name: string): string {
  return conf.places[name] ?? 'host.conf';
}
