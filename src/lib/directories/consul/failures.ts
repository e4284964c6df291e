import { Interrupted, messageOf } from '../../errors.ts';
import { DirectoryDenied, DirectoryError, DirectoryNotFound, DirectoryUnreachable } from '../directory-errors.ts';

/** Where a request went, and what it was for: `read the keys below _wakeful/`. */
export interface Asked {
  readonly address: string;
  readonly step: string;
}

/** By Node's error code: `Consul at http://127.0.0.1:8500 does not answer: nothing listens there`. */
const reasons: Readonly<Record<string, readonly [reason: string, suggestion: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'start the Consul agent, or correct --consul'],
  ENOTFOUND: ['the host name is unknown', 'correct the host of --consul'],
  EAI_AGAIN: ['the host name could not be resolved', 'check the DNS of this host'],
  EHOSTUNREACH: ['there is no route to that host', 'check that the host is up and can be reached'],
  ENETUNREACH: ['there is no route to that network', 'check that the host is up and can be reached'],
  ETIMEDOUT: ['the connection timed out', 'check for a firewall in between'],
  EPROTO: ['it does not speak TLS on that port', 'write the address with http://, or give the port for https (8501)'],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'it does not speak TLS on that port',
    'write the address with http://, or give the port for https (8501)',
  ],
  HPE_INVALID_CONSTANT: ['it does not speak HTTP on that port', 'write the address with https:// if the port uses TLS'],
};

const certificateCodes: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate was issued by an unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate was issued by an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate was issued by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate was issued by an unknown authority',
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

/** The error of a request that got no answer. */
export function connectionFailure(asked: Asked, cause: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted === true) return new Interrupted();
  if (cause instanceof DirectoryError) return cause;
  const code = codeOf(cause);
  const certificate = certificateCodes[code];
  if (certificate !== undefined)
    return unreachable(
      asked,
      certificate,
      'give the CA with --ca-file, and the address with the host name of the certificate',
      cause,
      'CONSUL_TLS',
    );
  if (clientCertificateCodes.includes(code))
    return unreachable(
      asked,
      'it requires a client certificate that it accepts',
      'give one with --cert-file and --key-file',
      cause,
      'CONSUL_TLS',
    );
  const [reason, suggestion] = reasons[code] ?? [messageOf(cause), 'check that the Consul agent runs'];
  return unreachable(asked, reason, suggestion, cause);
}

/** The error of an answer with an error status. Only the status decides; Consul's own text is passed on. */
export function answerFailure(asked: Asked, status: number, text: string): DirectoryError {
  const firstLine = text.trim().split('\n')[0]?.slice(0, 300) ?? '';
  const detail = firstLine === '' ? `HTTP status ${status}` : firstLine;
  if (status === 401 || status === 403) return denied(asked, detail);
  if (status === 404)
    return new DirectoryNotFound(`${asked.step}: Consul at ${asked.address} does not have it (${detail})`, {
      code: 'CONSUL_NOT_FOUND',
    });
  if (status >= 300 && status < 400) {
    return new DirectoryError(
      `${asked.step}: what answers at ${asked.address} redirects to another address (HTTP status ${status})`,
      { code: 'CONSUL_REFUSED', suggestions: ['give the address of the Consul agent itself'] },
    );
  }
  if (status >= 500 || status === 429)
    return unreachable(
      asked,
      detail,
      'if this persists, see `consul members` and the log of the agent',
      undefined,
      'CONSUL_UNABLE',
      'is not ready',
    );
  return new DirectoryError(`${asked.step}: Consul at ${asked.address} refuses: ${detail}`, { code: 'CONSUL_REFUSED' });
}

export function denied({ address, step }: Asked, detail: string): DirectoryDenied {
  return new DirectoryDenied(`${step}: Consul at ${address} does not permit it (${detail})`, {
    code: 'CONSUL_DENIED',
    suggestions: [
      'give a token with the permission, with --token-file or CONSUL_HTTP_TOKEN',
      '`consul acl token read -self` shows the permissions of a token',
    ],
  });
}

function unreachable(
  { address, step }: Asked,
  reason: string,
  suggestion: string,
  cause: unknown,
  code = 'CONSUL_UNREACHABLE',
  how = 'does not answer',
): DirectoryUnreachable {
  return new DirectoryUnreachable(`${step}: Consul at ${address} ${how}: ${reason}`, {
    code,
    suggestions: [suggestion],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The errors of all addresses of a host name come as one AggregateError. */
function codeOf(cause: unknown): string {
  const first = cause instanceof AggregateError ? (cause.errors as readonly unknown[])[0] : cause;
  const code = (first as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
