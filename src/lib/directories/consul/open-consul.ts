import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { DirectoryError } from '../directory-errors.ts';
import { ConsulHttp, type ConsulAccess } from './http.ts';

export interface ConsulSettings {
  readonly consul: { readonly secure: boolean; readonly host: string; readonly port: number };
  readonly token?: string;
  /** Beats `token`. */
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
}

/** Reads the files of the settings; does not connect yet. */
export async function openConsul({
  consul,
  token,
  tokenFile,
  caFile,
  certFile,
  keyFile,
  serverName,
}: ConsulSettings): Promise<ConsulHttp> {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UserError('a client certificate for Consul needs both the certificate and its key', {
      code: 'CONSUL_FILES',
      suggestions: ['give --cert-file and --key-file'],
    });
  }
  const access = {
    ...consul,
    serverName,
    token: (await textOf(tokenFile, 'the token'))?.trim() ?? token,
    ca: await textOf(caFile, 'the CA'),
    cert: await textOf(certFile, 'the client certificate'),
    key: await textOf(keyFile, 'its key'),
  };
  return new ConsulHttp(
    Object.fromEntries(Object.entries(access).filter(([, value]) => value !== undefined)) as unknown as ConsulAccess,
  );
}

async function textOf(path: string | undefined, what: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return readFile(path, 'utf8').catch((cause: unknown) => {
    const { code } = cause as { readonly code?: unknown };
    // An agent that fetches secrets may write it later, so that a supervisor has to try again.
    const Kind = code === 'ENOENT' ? DirectoryError : UserError;
    throw new Kind(`${path}, the file with ${what} for Consul, cannot be read: ${String(code)}`, {
      code: 'CONSUL_FILES',
      cause,
    });
  });
}
