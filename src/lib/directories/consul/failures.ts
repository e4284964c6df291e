import { Interrupted, messageOf } from '../../errors.ts';
import { DirectoryDenied, DirectoryError, DirectoryNotFound, DirectoryUnreachable } from '../directory-errors.ts';

/** Where a question went, and what it was for: `read the keys below _wakeful/`. */
export interface Asked {
  readonly address: string;
  readonly step: string;
}

/** `Consul at http://127.0.0.1:8500 does not answer: nobody listens there`, by the code that Node gives. */
const reasons: Readonly<Record<string, readonly [reason: string, suggestion: string]>> = {
  ECONNREFUSED: ['nobody listens there', 'start the Consul agent, or correct --consul'],
  ENOTFOUND: ['the name is unknown', 'correct the host of --consul'],
  EAI_AGAIN: ['the name could not be looked up', 'see whether the DNS of this host works'],
  EHOSTUNREACH: ['there is no way to that host', 'see whether the host is up and in reach'],
  ENETUNREACH: ['there is no way to that network', 'see whether the host is up and in reach'],
  ETIMEDOUT: ['no connection in time', 'see whether a firewall is between'],
  EPROTO: ['it does not speak TLS on that port', 'write the address with http://, or give the port for https (8501)'],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'it does not speak TLS on that port',
    'write the address with http://, or give the port for https (8501)',
  ],
  HPE_INVALID_CONSTANT: [
    'it does not speak HTTP on that port',
    'write the address with https:// when the port is for TLS',
  ],
};

const certificateCodes: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not known here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate comes from an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not known here',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};
const clientCertificateCodes = [
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_TLS_ALERT_BAD_CERTIFICATE',
];

/** What became of a question that got no answer. */
export function connectionFailure(asked: Asked, cause: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted === true) return new Interrupted();
  if (cause instanceof DirectoryError) return cause;
  const code = codeOf(cause);
  const certificate = certificateCodes[code];
  if (certificate !== undefined)
    return unreachable(
      asked,
      certificate,
      'give the CA with --ca-file, and the address by the name that its certificate has',
      cause,
      'CONSUL_TLS',
    );
  if (clientCertificateCodes.includes(code))
    return unreachable(
      asked,
      'it wants a client certificate that it knows',
      'give one with --cert-file and --key-file',
      cause,
      'CONSUL_TLS',
    );
  const [reason, suggestion] = reasons[code] ?? [messageOf(cause), 'see whether the Consul agent runs'];
  return unreachable(asked, reason, suggestion, cause);
}

/** What an answer with an error's status means. Only the status decides; Consul's own words are passed on. */
export function answerFailure(asked: Asked, status: number, words: string): DirectoryError {
  const said = words.trim().split('\n')[0]?.slice(0, 300) ?? '';
  const told = said === '' ? `HTTP status ${status}` : said;
  if (status === 401 || status === 403) return denied(asked, told);
  if (status === 404)
    return new DirectoryNotFound(`${asked.step}: Consul at ${asked.address} does not have it (${told})`, {
      code: 'CONSUL_NOT_FOUND',
    });
  if (status >= 300 && status < 400) {
    return new DirectoryError(
      `${asked.step}: what answers at ${asked.address} sends us elsewhere (HTTP status ${status})`,
      { code: 'CONSUL_REFUSED', suggestions: ['give the address of the Consul agent itself'] },
    );
  }
  if (status >= 500 || status === 429)
    return unreachable(
      asked,
      told,
      'when it goes on, see `consul members` and the log of the agent',
      undefined,
      'CONSUL_UNABLE',
      'cannot now',
    );
  return new DirectoryError(`${asked.step}: Consul at ${asked.address} refuses: ${told}`, { code: 'CONSUL_REFUSED' });
}

export function denied({ address, step }: Asked, told: string): DirectoryDenied {
  return new DirectoryDenied(`${step}: Consul at ${address} does not allow it (${told})`, {
    code: 'CONSUL_DENIED',
    suggestions: [
      'give a token that may, with --token-file or CONSUL_HTTP_TOKEN',
      '`consul acl token read -self` tells what a token may',
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

/** Several addresses of one name fail as one error that holds them all. */
function codeOf(cause: unknown): string {
  const first = cause instanceof AggregateError ? (cause.errors as readonly unknown[])[0] : cause;
  const code = (first as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
