import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyText } from '../../model/key-text.ts';
import { field, FieldReader, uint32 } from './ssh-wire.ts';

const magic = 'openssh-key-v1\0';
const type = 'ssh-ed25519';

/** 32 random bytes as base64. */
export function makeSecret(): KeyText {
  return { private: randomBytes(32).toString('base64'), public: '' };
}

/** A new ed25519 pair without passphrase, in the format of OpenSSH: every ssh and sshd reads that. */
export function makeSshKey(comment: string): KeyText {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return encodeSshKey({
    seed: Buffer.from(jwk.d ?? '', 'base64url'),
    publicKey: Buffer.from(jwk.x ?? '', 'base64url'),
    check: randomBytes(4),
    comment,
  });
}

interface SshKeyParts {
  readonly seed: Buffer;
  readonly publicKey: Buffer;
  /** Four bytes that are written twice, so that OpenSSH can check the decryption. */
  readonly check: Buffer;
  readonly comment: string;
}

/** Writes a key as PROTOCOL.key of OpenSSH says. */
function encodeSshKey({ seed, publicKey, check, comment }: SshKeyParts): KeyText {
  const publicBlob = Buffer.concat([field(type), field(publicKey)]);
  const pair = field(Buffer.concat([seed, publicKey]));
  const secret = pad(Buffer.concat([check, check, field(type), field(publicKey), pair, field(comment)]));
  const unencrypted = [field('none'), field('none'), field('')];
  const blob = Buffer.concat([Buffer.from(magic), ...unencrypted, uint32(1), field(publicBlob), field(secret)]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    private: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    public: `${type} ${publicBlob.toString('base64')} ${comment}`,
  };
}

/** The public part of an OpenSSH private key of any type; undefined when the text is no such key. */
export function publicPartOf(privateKey: string): string | undefined {
  const blob = publicBlobOf(readerOf(privateKey));
  const name = blob === undefined ? '' : new FieldReader(blob).field().toString('latin1');
  return /^[a-z0-9@.-]+$/.test(name) ? `${name} ${(blob ?? Buffer.alloc(0)).toString('base64')}` : undefined;
}

/** The 32 bytes that an ed25519 key is derived from; undefined for another kind of key, or with a passphrase. */
export function seedOf(privateKey: string): Buffer | undefined {
  const reader = readerOf(privateKey);
  if (publicBlobOf(reader) === undefined) return undefined;
  const secret = new FieldReader(reader?.field() ?? Buffer.alloc(0));
  secret.skip(8);
  const isEd25519 = secret.field().toString('latin1') === type;
  secret.field();
  const pair = secret.field();
  return isEd25519 && pair.length === 64 ? pair.subarray(0, 32) : undefined;
}

function readerOf(privateKey: string): FieldReader | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END/.exec(privateKey)?.[1];
  const blob = Buffer.from(body ?? '', 'base64');
  return blob.subarray(0, magic.length).toString('latin1') === magic ? new FieldReader(blob, magic.length) : undefined;
}

/** Before it are the cipher, the key derivation, its options and the number of keys. */
function publicBlobOf(reader: FieldReader | undefined): Buffer | undefined {
  for (let before = 0; before < 3; before += 1) reader?.field();
  reader?.skip(4);
  return reader?.field();
}

/** To a multiple of eight bytes, with 1, 2, 3, … */
function pad(bytes: Buffer): Buffer {
  return Buffer.concat([
    bytes,
    Buffer.from(Array.from({ length: (8 - (bytes.length % 8)) % 8 }, (_, index) => index + 1)),
  ]);
}
