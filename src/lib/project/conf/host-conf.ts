import { statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, messageOf, type Problem } from '../../errors.ts';
import { repeatedKeys, valueOf } from './conf-node.ts';
import { parseConfText } from './conf-text.ts';
import { readProjectFile } from '../read-project-file.ts';
import { setMember } from './set-member.ts';

/** What only this host knows: variables, and the conf used last. Not committed. */
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
const lastConfKey = 'last_conf';

/** One flat object of variables; comments as in run.conf. */
export function parseHostConf(file: string, text: string): ParsedHostConf {
  const conf = parseConfText(file, text);
  const { root, problems, placeAt } = conf;
  if (problems.length > 0) return { conf: none, problems };
  if (root === undefined) return { conf: none, problems: [] };
  if (root.type !== 'object')
    return {
      conf: none,
      problems: [
        {
          where: placeAt(root.offset),
          message: 'host.conf is an object of variables',
          suggestion: 'write { "NAME": "value" }',
        },
      ],
    };
  const members = (root.children ?? []).map(({ offset, children: [key, value] = [] }) => ({
    name: String(key?.value),
    place: placeAt(offset),
    value,
  }));
  const wrong = members.filter(
    ({ value }) => value === undefined || !['string', 'number', 'null'].includes(value.type),
  );
  const texts = members
    .filter((member) => !wrong.includes(member))
    .flatMap(({ name, value }) =>
      value === undefined || value.type === 'null'
        ? []
        : [[name, String(valueOf(value, ({ offset, length }) => text.slice(offset, offset + length)))] as const],
    );
  const { [lastConfKey]: lastConf, ...values } = Object.fromEntries(texts);
  return {
    conf: {
      values,
      places: Object.fromEntries(members.map(({ name, place }) => [name, place])),
      lastConf: lastConf === '' ? undefined : lastConf,
    },
    problems: [
      ...repeatedKeys(conf),
      ...wrong.map(({ name, place }) => ({
        where: place,
        message: `the value of ${name} must be text in double quotes or a number`,
        suggestion: `write "${name}": "…"`,
      })),
    ],
  };
}

export function hostConfPath(projectDirectory: string): string {
  return join(projectDirectory, 'host.conf');
}

export function loadHostConf(projectDirectory: string): LoadedHostConf {
  const path = hostConfPath(projectDirectory);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { conf: none, problems: [], notices: [] };
  const isOpen = process.platform !== 'win32' && (found.mode & 0o077) !== 0;
  const notices = isOpen ? [`host.conf can be read by others on this machine: chmod 600 ${path}`] : [];
  return { ...parseHostConf('host.conf', readProjectFile(path)), notices };
}

/** The text of host.conf with some values set. All else stays as it is written: comments, order, numbers. */
export function changeHostConf(text: string | undefined, changes: Readonly<Record<string, string>>): string {
  const {
    conf: { values, lastConf },
    problems,
  } = parseHostConf('host.conf', text ?? '');
  if (problems.length > 0)
    throw new UserError('host.conf has problems, so nothing can be kept in it', { code: 'INVALID_CONF', problems });
  const now = (name: string): string | undefined =>
    name === lastConfKey ? lastConf : Object.hasOwn(values, name) ? values[name] : undefined;
  const different = Object.entries(changes).filter(([name, value]) => now(name) !== value);
  return different.reduce((changed, [name, value]) => setMember(changed, name, value), text ?? '');
}

/** Mode 600 from its first byte, and whole at any moment. */
export async function saveHostConf(projectDirectory: string, changes: Readonly<Record<string, string>>): Promise<void> {
  const path = hostConfPath(projectDirectory);
  const text = statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readProjectFile(path);
  const changed = changeHostConf(text, changes);
  if (changed === (text ?? '')) return;
  try {
    await replaceFile(path, changed, ownerFor(projectDirectory));
  } catch (cause) {
    throw new UserError(`${path} cannot be written: ${messageOf(cause)}`, {
      code: 'FILE_UNWRITABLE',
      suggestions: ['the directory of the project must be yours to write'],
      cause,
    });
  }
}

/** Under sudo the file is to be of whom the project is of: nobody else could read it afterwards. */
function ownerFor(projectDirectory: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = statSync(projectDirectory);
  return uid === 0 ? undefined : { uid, gid };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function replaceFile(path: string, text: string, owner: Owner | undefined): Promise<void> {
  const aside = `${path}.${String(process.pid)}`;
  await rm(aside, { force: true });
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (owner !== undefined) await file.chown(owner.uid, owner.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}

export function hostVariablePlace(conf: HostConf, name: string): string {
  return conf.places[name] ?? 'host.conf';
}
