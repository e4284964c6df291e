import { UserError } from '../../errors.ts';
import { dnsKey } from '../../project/keys/key-names.ts';
import type { OpenProject } from '../open-project.ts';
import { storeKeys, type ImportedKeys } from './store-keys.ts';

const prefix = 'dockerops-dns-key-1';
const secretBytes = 32;

/** The DNS key of the project as one line. Anyone who has it can change DNS names. */
export async function exportDnsKey({ keys }: Pick<OpenProject, 'keys'>): Promise<string> {
  return `${prefix} ${(await keys.read(dnsKey)).private}\n`;
}

/** Stores it as the DNS key of this project. `where`: name of its file, for errors. */
export async function importDnsKey(
  { keys }: Pick<OpenProject, 'keys'>,
  text: string,
  where: string,
  force: boolean,
): Promise<ImportedKeys> {
  return storeKeys(keys, { [dnsKey]: parseDnsKey(text, where) }, force);
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
