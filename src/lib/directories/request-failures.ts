import { Interrupted, messageOf } from '../errors.ts';
import { DirectoryDenied, DirectoryError, DirectoryUnreachable } from './directory-errors.ts';
import { HttpTimeout, HttpTooLarge } from './http-client.ts';

/** How messages speak of a server. */
export interface ServerWords {
  /** `Consul` */
  readonly name: string;
  /** The beginning of error codes: `CONSUL` */
  readonly code: string;
  /** The process to start or check: `the Consul agent` */
  readonly process: string;
  /** The setting with its address: `--consul` */
  readonly flag: string;
}

/** Where a request went, and what it was for: `read the keys below _wakeful/`. */
export interface Asked {
  readonly address: string;
  readonly step: string;
  /** As whom, where there is a login. */
  readonly user?: string;
}

/** Why there was no answer. */
interface NoAnswer {
  readonly reason: string;
  readonly suggestion: string;
  /** The end of the error code. */
  readonly kind: 'UNREACHABLE' | 'TLS';
}

type Reason = readonly [reason: string, suggestion: (server: ServerWords) => string];

const wrongScheme = (scheme: string): string => `write the address with ${scheme}://`;
const noTls: Reason = ['it does not speak TLS on that port', () => wrongScheme('http')];
const noRoute = (to: string): Reason => [
  `there is no route to that ${to}`,
  () => 'check that the host is up and can be reached',
];
const hostName: Reason = ['the host name is unknown', ({ flag }) => `correct the host of ${flag}`];

/** By Node's error code. */
const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: ['nothing listens there', ({ process, flag }) => `start ${process}, or correct ${flag}`],
  ENOTFOUND: hostName,
  EAI_AGAIN: ['the host name could not be resolved', () => 'check the DNS of this host'],
  EHOSTUNREACH: noRoute('host'),
  ENETUNREACH: noRoute('network'),
  ETIMEDOUT: ['the connection timed out', () => 'check for a firewall in between'],
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  HPE_INVALID_CONSTANT: ['it does not speak HTTP on that port', () => `${wrongScheme('https')} if the port uses TLS`],
};

const unknownAuthority = 'its certificate was issued by an unknown authority';
const certificateReasons: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};
const clientCertificateCodes = [
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_TLS_ALERT_BAD_CERTIFICATE',
];

/** Why a request got no answer, from what the HTTP client threw. */
export function noAnswer(server: ServerWords, cause: unknown): NoAnswer {
  const { code } = firstOf(cause);
  const certificate = certificateReasons[code];
  if (certificate !== undefined)
    return {
      reason: certificate,
      suggestion: 'give the CA with --ca-file, and the address with the host name of the certificate',
      kind: 'TLS',
    };
  if (clientCertificateCodes.includes(code))
    return {
      reason: 'it requires a client certificate that it accepts',
      suggestion: 'give one with --cert-file and --key-file',
      kind: 'TLS',
    };
  const [reason, suggest] = reasons[code] ?? [messageOf(cause), ({ process }) => `check that ${process} runs`];
  return { reason, suggestion: suggest(server), kind: 'UNREACHABLE' };
}

/** False: the connection failed before the request could reach the server. */
export function wasSent(cause: unknown): boolean {
  const { code, syscall } = firstOf(cause);
  const isTls = code in certificateReasons || clientCertificateCodes.includes(code) || reasons[code] === noTls;
  return !isTls && syscall !== 'connect' && syscall !== 'getaddrinfo';
}

/** The error of a request that got no answer. */
export function requestFailure(
  server: ServerWords,
  asked: Asked,
  cause: unknown,
  signal: AbortSignal | undefined,
): Error {
  if (signal?.aborted === true) return new Interrupted();
  if (cause instanceof DirectoryError) return cause;
  if (cause instanceof HttpTooLarge)
    return new DirectoryError(`${asked.step}: ${server.name} at ${asked.address}: ${cause.message}`, {
      code: `${server.code}_TOO_MUCH`,
      suggestions: ['use a prefix with fewer keys'],
    });
  const { reason, suggestion, kind } = noAnswer(server, cause);
  const text = cause instanceof HttpTimeout ? `gave ${reason}` : `does not answer: ${reason}`;
  return new DirectoryUnreachable(`${asked.step}: ${server.name} at ${asked.address} ${text}`, {
    code: `${server.code}_${kind}`,
    suggestions: [suggestion],
    cause,
  });
}

/** The server answers, but cannot do it now. */
export function notReady(
  server: ServerWords,
  { address, step }: Asked,
  detail: string,
  suggestion: string,
): DirectoryUnreachable {
  return new DirectoryUnreachable(`${step}: ${server.name} at ${address} is not ready: ${detail}`, {
    code: `${server.code}_NOT_READY`,
    suggestions: [suggestion],
  });
}

export function denied(
  server: ServerWords,
  { address, step, user }: Asked,
  detail: string,
  suggestions: readonly string[],
  Denied: typeof DirectoryDenied = DirectoryDenied,
): DirectoryDenied {
  const to = user === undefined ? '' : ` to the user ${user}`;
  return new Denied(`${step}: ${server.name} at ${address} does not permit it${to} (${detail})`, {
    code: `${server.code}_DENIED`,
    suggestions,
  });
}

export function refused(server: ServerWords, { address, step }: Asked, detail: string): DirectoryError {
  return new DirectoryError(`${step}: ${server.name} at ${address} refuses: ${detail}`, {
    code: `${server.code}_REFUSED`,
  });
}

/** Something else listens there, or a proxy in between changes the answers. */
export function notServer(server: ServerWords, { address, step }: Asked, cause?: unknown): DirectoryError {
  return new DirectoryError(
    `${step}: what answers at ${address} is not ${server.name}, or a proxy changes its answers`,
    {
      code: `${server.code}_REFUSED`,
      suggestions: [`correct ${server.flag}`],
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

export function redirected(server: ServerWords, { address, step }: Asked, status: number): DirectoryError {
  return new DirectoryError(
    `${step}: what answers at ${address} redirects to another address (HTTP status ${status})`,
    {
      code: `${server.code}_REFUSED`,
      suggestions: [`give the address of ${server.process} itself`],
    },
  );
}

/** The errors of all addresses of a host name come as one AggregateError. */
function firstOf(cause: unknown): { readonly code: string; readonly syscall: unknown } {
  const first = cause instanceof AggregateError ? (cause.errors as readonly unknown[])[0] : cause;
  const { code, syscall } = (first ?? {}) as { readonly code?: unknown; readonly syscall?: unknown };
  return { code: typeof code === 'string' ? code : '', syscall };
}
