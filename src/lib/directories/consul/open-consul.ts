import { readBoundedText } from '../../bounded-file.ts';
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

/**
 * Reads the files of the settings; does not connect yet. The file of the token is read again for each request, because
 * whoever renews tokens replaces it.
 */
export async function openConsul({
  consul,
  token,
  tokenFile,
  serverName,
  ...files
}: ConsulSettings): Promise<ConsulHttp> {
  const tls = await readTlsFiles(files, words);
  const first = (await readAccessFile(tokenFile, 'the token', words))?.trim();
  const ownToken = tokenFile === undefined || first === undefined ? token : renewedToken(tokenFile, first);
  return new ConsulHttp({ ...consul, ...tls, ...definedOnly({ serverName, token: ownToken }) });
}

/** The token of a file as it is now. While it is being written, or missing, the last one counts. */
function renewedToken(file: string, first: string): () => string {
  let last = first;
  return () => {
    try {
      last = readBoundedText(file).trim() || last;
    } catch {
      // A later request reads it again.
    }
    return last;
  };
}
