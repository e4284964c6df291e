import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { seedOf } from './make-key.ts';
import { field, FieldReader, uint32, uint64 } from './ssh-wire.ts';

const type = 'ssh-ed25519-cert-v01@openssh.com';
/** As opposed to a user's. */
const hostCertificate = 2;
const forever = 0xffff_ffff_ffff_ffffn;

export interface HostCertificateRequest {
  /** `ssh-ed25519 AAAA… comment` */
  readonly hostKey: string;
  /** Host names for which the host may be taken; none would mean all. */
  readonly principals: readonly [string, ...string[]];
  /** Says in logs whose it is. */
  readonly id: string;
  /** Private key of the authority, and its public one as a line. */
  readonly authority: { readonly private: string; readonly public: string };
}

/**
 * The authority's word that a host key belongs to these names, as one line for sshd's HostCertificate; valid forever, because it
 * goes with the container that it is put into. See PROTOCOL.certkeys of OpenSSH. Undefined when the authority is no ed25519 key
 * that can be read.
 */
export function makeHostCertificate({
  hostKey,
  principals,
  id,
  authority,
}: HostCertificateRequest): string | undefined {
  const seed = seedOf(authority.private);
  if (seed === undefined) return undefined;
  const authorityBlob = blobOf(authority.public);
  const signed = Buffer.concat([
    field(type),
    field(randomBytes(32)),
    field(ed25519Of(blobOf(hostKey))),
    uint64(0n),
    uint32(hostCertificate),
    field(id),
    field(Buffer.concat(principals.map(field))),
    uint64(0n),
    uint64(forever),
    field(''),
    field(''),
    field(''),
    field(authorityBlob),
  ]);
  const x = ed25519Of(authorityBlob).toString('base64url');
  const key = createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', d: seed.toString('base64url'), x },
    format: 'jwk',
  });
  const signature = Buffer.concat([field('ssh-ed25519'), field(sign(null, signed, key))]);
  return `${type} ${Buffer.concat([signed, field(signature)]).toString('base64')} ${id}`;
}

function blobOf(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

function ed25519Of(blob: Buffer): Buffer {
  const reader = new FieldReader(blob);
  reader.field();
  return reader.field();
}
