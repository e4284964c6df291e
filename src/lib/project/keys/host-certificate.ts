import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { seedOf } from './make-key.ts';
import { field, FieldReader, uint32, uint64 } from './ssh-wire.ts';

const type = 'ssh-ed25519-cert-v01@openssh.com';
/** The type of certificate; 1 is that of users. */
const hostCertificate = 2;
const serial = 0n;
const forever = 0xffff_ffff_ffff_ffffn;

export interface HostCertificateRequest {
  /** `ssh-ed25519 AAAA… comment` */
  readonly hostKey: string;
  /** Host names that the certificate is valid for; none would mean all. */
  readonly principals: readonly [string, ...string[]];
  /** Names the certificate in logs. */
  readonly id: string;
  /** Private key of the authority, and its public one as a line. */
  readonly authority: { readonly private: string; readonly public: string };
}

/**
 * A certificate that a host key belongs to some names, as one line for the HostCertificate of sshd; see
 * PROTOCOL.certkeys of OpenSSH. It does not expire, as it is removed with its container. Undefined when the authority
 * is no ed25519 key without passphrase.
 */
export function makeHostCertificate(request: HostCertificateRequest): string | undefined {
  const { id, authority } = request;
  const seed = seedOf(authority.private);
  if (seed === undefined) return undefined;
  const authorityBlob = blobOf(authority.public);
  const signed = signedPart(request, authorityBlob);
  const key = createPrivateKey({
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      d: seed.toString('base64url'),
      x: ed25519Of(authorityBlob).toString('base64url'),
    },
    format: 'jwk',
  });
  const signature = Buffer.concat([field('ssh-ed25519'), field(sign(null, signed, key))]);
  return `${type} ${Buffer.concat([signed, field(signature)]).toString('base64')} ${id}`;
}

function signedPart({ hostKey, principals, id }: HostCertificateRequest, authority: Buffer): Buffer {
  const nonce = randomBytes(32);
  const [validAfter, validBefore] = [uint64(0n), uint64(forever)];
  const [criticalOptions, extensions, reserved] = [field(''), field(''), field('')];
  return Buffer.concat([
    field(type),
    field(nonce),
    field(ed25519Of(blobOf(hostKey))),
    uint64(serial),
    uint32(hostCertificate),
    field(id),
    field(Buffer.concat(principals.map(field))),
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    reserved,
    field(authority),
  ]);
}

function blobOf(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

function ed25519Of(blob: Buffer): Buffer {
  const reader = new FieldReader(blob);
  reader.field();
  return reader.field();
}
