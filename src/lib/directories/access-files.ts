import { readBoundedText, whyUnread } from '../bounded-file.ts';
import { definedOnly } from '../defined.ts';
import { UserError } from '../errors.ts';
import { DirectoryError } from './directory-errors.ts';
import type { TlsOptions } from './http-client.ts';
import type { ServerWords } from './request-failures.ts';

/** Names of PEM files. */
export interface TlsFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Reads the files of TLS settings. */
export async function readTlsFiles({ caFile, certFile, keyFile }: TlsFiles, server: ServerWords): Promise<TlsOptions> {
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new UserError(`a client certificate for ${server.name} needs both the certificate and its key`, {
      code: `${server.code}_FILES`,
      suggestions: ['give --cert-file and --key-file'],
    });
  return definedOnly({
    ca: await readAccessFile(caFile, 'the CA', server),
    cert: await readAccessFile(certFile, 'the client certificate', server),
    key: await readAccessFile(keyFile, 'its key', server),
  });
}

/** The text of a file; undefined when no file is named. `what` is for messages: `the token`. */
export async function readAccessFile(
  path: string | undefined,
  what: string,
  server: ServerWords,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return readBoundedText(path);
  } catch (cause) {
    const reason = whyUnread(cause);
    // An agent that fetches secrets may write it later, so that a supervisor has to try again.
    const Kind = reason === 'ENOENT' ? DirectoryError : UserError;
    throw new Kind(`${path}, the file with ${what} for ${server.name}, cannot be read: ${reason}`, {
      code: `${server.code}_FILES`,
      cause,
    });
  }
}
