import {
  DirectoryError,
  DirectoryNotFound,
  LoginRejected,
  RevisionGone,
  type DirectoryDenied,
} from '../directory-errors.ts';
import { parseJson } from '../../json.ts';
import { denied, notReady, notServer, redirected, refused, type Asked, type ServerWords } from '../request-failures.ts';

export const etcd: ServerWords = { name: 'etcd', code: 'ETCD', process: 'etcd', flag: '--etcd' };

/** Codes of gRPC, which etcd's HTTP gateway passes on; they are stable, its texts are not. */
export const grpc = {
  invalid: 3,
  notFound: 5,
  denied: 7,
  exhausted: 8,
  precondition: 9,
  outOfRange: 11,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** An error of etcd itself, in the forms of its gateways of 3.4, of 3.5 and within a stream. */
export interface EtcdFailure {
  readonly code: number;
  readonly text: string;
}

interface RawFailure {
  readonly code?: number;
  readonly grpc_code?: number;
  readonly message?: string;
  readonly error?: RawFailure | string;
}

/** Undefined when the text is not an error of etcd. */
export function parseFailure(text: string): EtcdFailure | undefined {
  try {
    return failureOf(parseJson(text) as RawFailure | null);
  } catch {
    return undefined;
  }
}

export function failureOf(raw: RawFailure | null): EtcdFailure | undefined {
  const { error } = raw ?? {};
  const { code, grpc_code: grpcCode, message = '' } = typeof error === 'object' ? error : (raw ?? {});
  const found = grpcCode ?? code;
  return found === undefined ? undefined : { code: found, text: message.slice(0, 300) };
}

/** The error of a request that etcd answered with a failure. */
export function etcdError(asked: Asked, { code, text }: EtcdFailure): DirectoryError {
  if (code === grpc.denied)
    return denied(etcd, asked, text, ['give a user with the permission, with --etcd-user and --etcd-password-file']);
  if (code === grpc.unauthenticated) return loginRejected(asked, text);
  if (code === grpc.notFound)
    return new DirectoryNotFound(`${asked.step}: etcd at ${asked.address} does not have it (${text})`, {
      code: 'ETCD_NOT_FOUND',
    });
  if (code === grpc.outOfRange) return new RevisionGone(asked.step, 'compacted');
  if (code === grpc.exhausted)
    return notReady(etcd, asked, text, 'see `etcdctl alarm list`, and free space in the data directory of etcd');
  if (code === grpc.unavailable)
    return notReady(etcd, asked, text, 'if this persists, see `etcdctl endpoint status` and the log of etcd');
  return refused(etcd, asked, text);
}

export function loginRejected(asked: Asked, detail: string): DirectoryDenied {
  return denied(etcd, asked, detail, ['give another login, with --etcd-user and --etcd-password-file'], LoginRejected);
}

/** The error of an answer with an error status that is not etcd's own. */
export function foreignAnswer(asked: Asked, status: number, isEtcd: boolean): DirectoryError {
  if (status >= 300 && status < 400) return redirected(etcd, asked, status);
  if (!isEtcd) return notServer(etcd, asked);
  return new DirectoryError(`${asked.step}: etcd at ${asked.address} has its HTTP gateway switched off`, {
    code: 'ETCD_GATEWAY',
    suggestions: ['start etcd without --enable-grpc-gateway=false'],
  });
}
