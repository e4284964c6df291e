import { definedOnly } from '../defined.ts';
import { UserError } from '../errors.ts';

export interface SshHost {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const sshAddress =
  /^ssh:\/\/(?:(?<user>\w[\w.\\-]*)@)?(?<host>[A-Za-z0-9][\w.-]*|\[[\dA-Fa-f:.]+\])(?::(?<port>\d{1,5}))?\/?$/;

/**
 * Parses `ssh://[user@]host[:port]`. `where` names the flag or variable, for errors. Host and user begin with a letter
 * or digit and have no blanks, so that ssh cannot take them for options.
 */
export function parseSshHost(text: string, where: string): SshHost {
  const { user, host, port } = sshAddress.exec(text)?.groups ?? {};
  if (host === undefined || Number(port ?? 22) > 65535) {
    throw new UserError(`${where}: "${text}" is not an ssh address`, {
      code: 'ENGINE_ADDRESS_INVALID',
      suggestions: ['use ssh://user@host or ssh://user@host:port'],
    });
  }
  return {
    host: host.replace(/^\[|\]$/g, ''),
    ...definedOnly({ user, port: port === undefined ? undefined : Number(port) }),
  };
}
