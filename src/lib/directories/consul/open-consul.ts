import { definedOnly } from '../../defined.ts';
import { readAccessFile, readTlsFiles, type TlsFiles } from '../access-files.ts';
import type { ServerAddress } from '../http-client.ts';
import { consul as words } from './failures.ts';
import { ConsulHttp } from './http.ts';

export interface ConsulSettings extends TlsFiles {
  readonly consul: ServerAddress;
  readonly token?: string;
  /** Beats `token`. */
  readonly tokenFile?: string;
  readonly serverName?: string;
}

/** Reads the files of the settings; does not connect yet. */
export async function openConsul({
  consul,
  token,
  tokenFile,
  serverName,
  ...files
}: ConsulSettings): Promise<ConsulHttp> {
  const tls = await readTlsFiles(files, words);
  const ownToken = (await readAccessFile(tokenFile, 'the token', words))?.trim() ?? token;
  return new ConsulHttp({ ...consul, ...tls, ...definedOnly({ serverName, token: ownToken }) });
}
