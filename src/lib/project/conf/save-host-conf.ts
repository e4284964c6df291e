import { statSync } from 'node:fs';
import { messageOf, OperationFailed, UserError } from '../../errors.ts';
import { replaceFile } from '../../replace-file.ts';
import { readProjectFile } from '../read-project-file.ts';
import { hostConfPath, lastConfKey, parseHostConf } from './host-conf.ts';
import { setMember } from './set-member.ts';

type Changes = Readonly<Record<string, string>>;

/** Sets values in host.conf. The file has mode 600 from its first byte, and is replaced as a whole. */
export async function saveHostConf(projectDirectory: string, changes: Changes): Promise<void> {
  const path = hostConfPath(projectDirectory);
  const text =
    statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readProjectFile(path, [projectDirectory]);
  const changed = changeHostConf(text, changes);
  if (changed === (text ?? '')) return;
  try {
    await replaceFile(path, changed, { mode: 0o600, owner: ownerFor(projectDirectory) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new OperationFailed(`${path} cannot be written: the disk is full`, {
        code: 'DISK_FULL',
        suggestions: ['free some space, then try again'],
        cause,
      });
    throw new UserError(`${path} cannot be written: ${messageOf(cause)}`, {
      code: 'FILE_UNWRITABLE',
      suggestions: ['you need permission to write to the directory of the project'],
      cause,
    });
  }
}

/** The text of host.conf with some values set. Everything else stays as written: comments, order, numbers. */
export function changeHostConf(text: string | undefined, changes: Changes): string {
  const { conf, problems } = parseHostConf('host.conf', text ?? '');
  if (problems.length > 0)
    throw new UserError('host.conf has mistakes, so no values can be saved in it', { code: 'INVALID_CONF', problems });
  const current = (name: string): string | undefined => {
    if (name === lastConfKey) return conf.lastConf;
    return Object.hasOwn(conf.values, name) ? conf.values[name] : undefined;
  };
  return Object.entries(changes)
    .filter(([name, value]) => current(name) !== value)
    .reduce((changed, [name, value]) => setMember(changed, name, value), text ?? '');
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Under sudo the file gets the owner of the project, who could not read it otherwise. */
function ownerFor(projectDirectory: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = statSync(projectDirectory);
  return uid === 0 ? undefined : { uid, gid };
}
