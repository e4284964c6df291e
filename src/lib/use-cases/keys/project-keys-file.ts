import { UserError } from '../../errors.ts';
import { clientKey, dnsKey, hostAuthority } from '../../project/keys/key-names.ts';
import type { OpenProject } from '../open-project.ts';
import { parseJson } from '../../json.ts';
import { storeKeys, type ImportedKeys } from './store-keys.ts';

const names = [clientKey, hostAuthority, dnsKey] as const;
type KeyName = (typeof names)[number];

/** Content of the file of `keys export`: all keys of a project, with their private parts. */
interface KeyFile {
  readonly format: 'dockerops-keys-1';
  readonly project: string;
  readonly keys: Readonly<Partial<Record<KeyName, string>>>;
}

/** The keys as text. Anyone who has it can log in to the instances and change DNS names. */
export async function exportKeys({ keys, owner }: Pick<OpenProject, 'keys' | 'owner'>): Promise<string> {
  const existing = names.filter((name) => keys.existing().has(name));
  if (existing.length === 0)
    throw new UserError('this project has no keys yet', {
      code: 'NO_KEY',
      suggestions: ['the first run of an instance on a base image creates them: dockerops run:all'],
    });
  const texts = existing.map(async (name) => [name, (await keys.read(name)).private] as const);
  const file: KeyFile = {
    format: 'dockerops-keys-1',
    project: owner.name,
    keys: Object.fromEntries(await Promise.all(texts)),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Stores the keys of such a file as those of this project. `where`: name of the file, for errors. */
export async function importKeys(
  { keys, owner }: Pick<OpenProject, 'keys' | 'owner'>,
  text: string,
  where: string,
  force: boolean,
): Promise<ImportedKeys> {
  const { project, keys: given } = parseKeys(text, where);
  if (project !== owner.name)
    throw new UserError(`${where} has the keys of project ${project}; this project is ${owner.name}`, {
      code: 'OTHER_PROJECT',
      suggestions: ['use that project name here: --project NAME'],
    });
  return storeKeys(keys, given, force);
}

function parseKeys(text: string, where: string): KeyFile {
  let file: unknown;
  try {
    file = parseJson(text);
  } catch (cause) {
    throw badFile(where, cause);
  }
  if (!isKeyFile(file)) throw badFile(where);
  return file;
}

function isKeyFile(value: unknown): value is KeyFile {
  const { format, project, keys } = (value ?? {}) as Partial<KeyFile>;
  const entries = Object.entries(keys ?? {});
  return (
    format === 'dockerops-keys-1' &&
    typeof project === 'string' &&
    entries.length > 0 &&
    entries.every(([name, key]) => isKey(name, key))
  );
}

function isKey(name: string, key: unknown): boolean {
  if (typeof key !== 'string' || !(names as readonly string[]).includes(name)) return false;
  return name === dnsKey
    ? /^[A-Za-z0-9+/]{40,}=*\s*$/.test(key)
    : key.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----');
}

function badFile(where: string, cause?: unknown): UserError {
  return new UserError(`${where} was not made by dockerops keys export`, {
    code: 'BAD_KEY',
    suggestions: ['create it on the machine that has the keys: dockerops keys export --output FILE'],
    cause,
  });
}
