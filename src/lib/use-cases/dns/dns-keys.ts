import { open } from 'node:fs/promises';
import { UserError, messageOf } from '../../errors.ts';
import { dnsKey } from '../../project/keys/key-names.ts';
import type { OpenProject } from '../open-project.ts';

const prefix = 'dockerops-dns-key-1';
const secretBytes = 32;

/**
 * The DNS key of the project as one line, for `importDnsKey` on another host. Anyone who has it can change DNS names.
 */
export async function exportDnsKey({ keys }: Pick<OpenProject, 'keys'>): Promise<string> {
  return `${prefix} ${(await keys.read(dnsKey)).private}\n`;
}

/** Writes a new file that only its owner can read. */
export async function writeKeyFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const suggestions = code === 'EEXIST' ? ['choose another name; existing files are not overwritten'] : [];
    throw new UserError(
      `the key cannot be written to ${path}: ${code === 'EEXIST' ? 'the file already exists' : messageOf(error)}`,
      { code: 'KEY_FILE', suggestions, cause: error },
    );
  }
}

/** The secret of an exported key. Throws if the text is no such key. */
export function parseDnsKey(text: string, where: string): string {
  const [, secret = ''] = new RegExp(`^${prefix} ([A-Za-z0-9+/]+=*)$`).exec(text.trim()) ?? [];
  if (Buffer.from(secret, 'base64').length === secretBytes) return secret;
  throw new UserError(`${where} was not made by dockerops dns export-key`, {
    code: 'BAD_KEY',
    suggestions: ['create it on the host of the DNS: dockerops dns export-key --output FILE'],
  });
}

/**
 * Stores it as the DNS key of this project. False if the project already has it. A different key is replaced only with
 * `force`.
 */
export async function importDnsKey(
  { keys }: Pick<OpenProject, 'keys'>,
  text: string,
  where: string,
  force: boolean,
): Promise<boolean> {
  const secret = parseDnsKey(text, where);
  const former = keys.existing().has(dnsKey) ? (await keys.read(dnsKey)).private : undefined;
  if (former === secret) return false;
  if (former !== undefined && !force) {
    throw new UserError('this project already has a different DNS key', {
      code: 'KEY_EXISTS',
      suggestions: ['replace it with --force, then rerun the instances that have the old one'],
    });
  }
  await keys.store(dnsKey, { private: secret, public: '' }, force);
  return true;
}
