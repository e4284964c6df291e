import { Flags } from '@oclif/core';
import { readBoundedText, whyUnread } from '../bounded-file.ts';
import { UserError } from '../errors.ts';
import { BaseCommand } from './base-command.ts';

const usualServer = 'http://127.0.0.1:9000';

/** Flags that say which server is asked. */
export const serverFlags = {
  server: Flags.string({
    helpValue: 'URL',
    description: `server to ask, else DOCKEROPS_SERVER; default: ${usualServer}`,
  }),
  'token-file': Flags.string({ helpValue: 'FILE', description: 'file with its token, else DOCKEROPS_TOKEN' }),
};

interface ServerFlagValues {
  readonly server?: string | undefined;
  readonly 'token-file'?: string | undefined;
}

/** Address and token of the server. */
export function serverAddress(flags: ServerFlagValues): { readonly url: string; readonly token?: string } {
  const url = flags.server ?? process.env['DOCKEROPS_SERVER'] ?? usualServer;
  if (!/^https?:\/\/[^/\s]+\/?$/.test(url))
    throw new UserError(`--server: "${url}" is not the address of a server`, {
      code: 'WRONG_USAGE',
      suggestions: [`write it like ${usualServer}`],
    });
  const file = flags['token-file'];
  const token = file === undefined ? process.env['DOCKEROPS_TOKEN'] : readToken(file);
  return token === undefined || token === '' ? { url } : { url, token };
}

/** Commands that ask a server. */
export abstract class ServerCommand extends BaseCommand {
  protected serverAddress(flags: ServerFlagValues): ReturnType<typeof serverAddress> {
    return serverAddress(flags);
  }
}

function readToken(file: string): string {
  try {
    return readBoundedText(file).trim();
  } catch (cause) {
    throw new UserError(`--token-file: ${file} cannot be read: ${whyUnread(cause)}`, { code: 'WRONG_USAGE', cause });
  }
}
