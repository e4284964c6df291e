import { definedOnly } from '../../defined.ts';
import { UserError } from '../../errors.ts';
import { readAccessFile, readTlsFiles, type TlsFiles } from '../access-files.ts';
import type { ServerAddress } from '../http-client.ts';
import { etcd } from './failures.ts';
import { EtcdHttp } from './http.ts';
import type { EtcdUser } from './login.ts';

export interface EtcdSettings extends TlsFiles {
  readonly endpoints: readonly ServerAddress[];
  readonly user?: string;
  readonly password?: string;
  /** Beats `password`. */
  readonly passwordFile?: string;
}

/** Reads the files of the settings; does not connect yet. */
export async function openEtcd({ endpoints, user, password, passwordFile, ...files }: EtcdSettings): Promise<EtcdHttp> {
  // An editor ends the file with a line break, which is not part of the password.
  const fromFile = (await readAccessFile(passwordFile, 'the password', etcd))?.replace(/\r?\n$/, '');
  const login = loginOf(user, fromFile ?? password);
  return new EtcdHttp({ endpoints, tls: await readTlsFiles(files, etcd), ...definedOnly({ user: login }) });
}

function loginOf(name: string | undefined, password: string | undefined): EtcdUser | undefined {
  if (name !== undefined && password !== undefined) return { name, password };
  if (name === undefined && password === undefined) return undefined;
  throw new UserError('a login to etcd needs both a user and a password', {
    code: 'ETCD_FILES',
    suggestions: ['give --etcd-user and --etcd-password-file'],
  });
}
