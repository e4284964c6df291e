import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { hasOtherKey, waysOn } from '../../plan/instance/client-key.ts';
import { clientKey, dnsKey, hostAuthority } from '../../project/keys/key-names.ts';
import type { OpenProject, ObservedProject } from '../open-project.ts';

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
      suggestions: ['the first run creates them: dockerops run:all'],
    });
  const texts = Object.fromEntries(
    await Promise.all(existing.map(async (name) => [name, (await keys.read(name)).private] as const)),
  );
  const file: KeyFile = { format: 'dockerops-keys-1', project: owner.name, keys: texts };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export interface ImportedKeys {
  readonly imported: readonly string[];
  /** Keys that the project already had. */
  readonly same: readonly string[];
}

/**
 * Stores them as the keys of this project. Different existing keys are replaced only with `force`; otherwise nothing is
 * stored.
 */
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
  const entries = await Promise.all(
    Object.entries(given).map(async ([name, key]) => {
      const former = keys.existing().has(name) ? (await keys.read(name)).private.trim() : undefined;
      return { name, key, former, isSame: former === key.trim() };
    }),
  );
  const others = entries.filter(({ former, isSame }) => former !== undefined && !isSame).map(({ name }) => name);
  if (others.length > 0 && !force)
    throw new UserError(`this project already has different keys: ${others.join(', ')}`, {
      code: 'KEY_EXISTS',
      suggestions: ['replace them with --force, then rerun the instances that have the old ones'],
    });
  const fresh = entries.filter(({ isSame }) => !isSame);
  for (const { name, key } of fresh) await keys.store(name, { private: key, public: '' }, force);
  return {
    imported: fresh.map(({ name }) => name),
    same: entries.filter(({ isSame }) => isSame).map(({ name }) => name),
  };
}

function parseKeys(text: string, where: string): KeyFile {
  const bad = (cause?: unknown): UserError =>
    new UserError(`${where} was not made by dockerops keys export`, {
      code: 'BAD_KEY',
      suggestions: ['create it on the machine that has the keys: dockerops keys export --output FILE'],
      cause,
    });
  try {
    const file = JSON.parse(text) as Partial<KeyFile>;
    const entries = Object.entries(file.keys ?? {});
    const isGood =
      file.format === 'dockerops-keys-1' &&
      typeof file.project === 'string' &&
      entries.length > 0 &&
      entries.every(([name, key]) => isKey(name, key));
    if (isGood) return file as KeyFile;
  } catch (error) {
    throw bad(error);
  }
  throw bad();
}

function isKey(name: string, key: unknown): boolean {
  if (typeof key !== 'string' || !(names as readonly string[]).includes(name)) return false;
  return name === dnsKey
    ? /^[A-Za-z0-9+/]{40,}=*\s*$/.test(key)
    : key.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----');
}

/** Checked before a login: ssh would only say "permission denied". */
export async function checkClientKey(
  { keys }: Pick<ObservedProject, 'keys'>,
  container: ObservedContainer,
): Promise<void> {
  if (container.labels[label.clientKey] === undefined) return;
  const own = await keys.publicPart(clientKey);
  if (!hasOtherKey(container, own)) return;
  throw new UserError(`${container.ownership?.key ?? container.name} does not accept the ssh key of this directory`, {
    code: 'OTHER_KEY',
    suggestions: waysOn,
  });
}
