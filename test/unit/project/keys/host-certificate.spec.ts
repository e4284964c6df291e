import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeHostCertificate } from '../../../../src/lib/project/keys/host-certificate.ts';
import type { KeyText } from '../../../../src/lib/model/key-text.ts';
import { makeSshKey, seedOf } from '../../../../src/lib/project/keys/make-key.ts';
import { projectDirectory } from '../project-files.ts';

const authority = makeSshKey('authority');
const host = makeSshKey('demo-one');
const principals = ['demo-one', 'demo-one.local.zone', 'demo'] as const;
const certificate = (by: KeyText = authority): string =>
  makeHostCertificate({ hostKey: host.public, principals, id: 'demo-one', authority: by }) ?? '';

describe('a host certificate', () => {
  it('is read by OpenSSH with all its fields', () => {
    const path = join(projectDirectory({}), 'host-cert.pub');
    writeFileSync(path, `${certificate()}\n`);
    const fingerprint = (line: string): string =>
      execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: line, encoding: 'utf8' }).split(' ')[1] ?? '';
    const lines = execFileSync('ssh-keygen', ['-L', '-f', path], { encoding: 'utf8' })
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    expect(lines).to.deep.equal([
      'Type: ssh-ed25519-cert-v01@openssh.com host certificate',
      `Public key: ED25519-CERT ${fingerprint(host.public)}`,
      `Signing CA: ED25519 ${fingerprint(authority.public)} (using ssh-ed25519)`,
      'Key ID: "demo-one"',
      'Serial: 0',
      'Valid: forever',
      'Principals:',
      ...principals,
      'Critical Options: (none)',
      'Extensions: (none)',
    ]);
  });

  it('is different each time', () => {
    expect(certificate()).to.not.equal(certificate());
  });

  it('needs an ed25519 key without passphrase', () => {
    const directory = projectDirectory({});
    for (const parameters of [
      ['-t', 'ecdsa', '-N', ''],
      ['-t', 'ed25519', '-N', 'secret'],
    ]) {
      const path = join(directory, parameters[3] === '' ? 'other' : 'locked');
      execFileSync('ssh-keygen', ['-q', ...parameters, '-f', path]);
      const text = readFileSync(path, 'utf8');
      expect([
        seedOf(text),
        makeHostCertificate({
          hostKey: host.public,
          principals,
          id: 'x',
          authority: { private: text, public: authority.public },
        }),
      ]).to.deep.equal([undefined, undefined]);
    }
    const path = join(directory, 'plain');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    expect(seedOf(readFileSync(path, 'utf8'))).to.have.length(32);
  });
});
