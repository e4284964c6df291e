import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A key as text: an OpenSSH private key with its one-line public part, or a base64 secret without one. */
export interface KeyText {
  readonly private: string;
  readonly public: string;
}

const magic = 'openssh-key-v1\0';
const type = 'ssh-ed25519';

/** 32 random bytes as base64. */
export function makeSecret(): KeyText {
  return { private: randomBytes(32).toString('base64'), public: '' };
}

/** A new ed25519 pair in the format of OpenSSH, which is all that every sshd and ssh reads; without passphrase. */
export function makeSshKey(comment: string): KeyText {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return encodeSshKey({ seed: Buffer.from(jwk.d ?? '', 'base64url'), publicKey: Buffer.from(jwk.x ?? '', 'base64url'), check: randomBytes(4), comment });
}

export interface SshKeyParts {
  readonly seed: Buffer;
  readonly publicKey: Buffer;
  /** Four bytes that stand twice, by which OpenSSH sees that decrypting worked. */
  readonly check: Buffer;
  readonly comment: string;
}

/** See PROTOCOL.key of OpenSSH. */
export function encodeSshKey({ seed, publicKey, check, comment }: SshKeyParts): KeyText {
  const publicBlob = Buffer.concat([field(type), field(publicKey)]);
  const secret = pad(Buffer.concat([check, check, field(type), field(publicKey), field(Buffer.concat([seed, publicKey])), field(comment)]));
  const blob = Buffer.concat([Buffer.from(magic), field('none'), field('none'), field(''), count(1), field(publicBlob), field(secret)]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    private: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    public: `${type} ${publicBlob.toString('base64')} ${comment}`,
  };
}

/** The public part of an OpenSSH private key of any type, as it stands in clear in it; undefined when it is none. */
export function publicPartOf(privateKey: string): string | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END/.exec(privateKey)?.[1];
  const blob = Buffer.from(body ?? '', 'base64');
  if (body === undefined || blob.subarray(0, magic.length).toString('latin1') !== magic) return undefined;
  // Cipher, key derivation and its options come first, then how many keys there are.
  const [, , afterOptions] = [0, 1, 2].reduce<number[]>((ends, index) => [...ends, fieldEnd(blob, ends[index - 1] ?? magic.length)], []);
  const start = (afterOptions ?? blob.length) + 4;
  const publicBlob = blob.subarray(start + 4, fieldEnd(blob, start));
  const name = publicBlob.subarray(4, fieldEnd(publicBlob, 0)).toString('latin1');
  return /^[a-z0-9@.-]+$/.test(name) ? `${name} ${publicBlob.toString('base64')}` : undefined;
}

function fieldEnd(blob: Buffer, start: number): number {
  return start + 4 <= blob.length ? start + 4 + blob.readUInt32BE(start) : blob.length;
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([count(bytes.length), bytes]);
}

/** To a multiple of eight, with 1, 2, 3, … */
function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: (8 - (bytes.length % 8)) % 8 }, (_, index) => index + 1))]);
}
