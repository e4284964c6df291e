import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sign, verify } from 'node:crypto';
import { expect } from 'chai';
import { UserError } from '../../../../src/lib/errors.ts';
import { ProjectKeys } from '../../../../src/lib/project/keys/key-store.ts';
import { makeSecret, makeSshKey, publicPartOf } from '../../../../src/lib/project/keys/make-key.ts';
import { projectDirectory } from '../project-files.ts';

const client = { name: 'client', kind: 'ssh', keep: 'project' } as const;
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('keys', () => {
  it('are read by OpenSSH, which finds the same public part', () => {
    for (const comment of ['', 'a', 'dockerops-demo', 'x'.repeat(61)]) {
      const key = makeSshKey(comment);
      const path = join(projectDirectory({}), 'key');
      writeFileSync(path, key.private, { mode: 0o600 });
      expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()).to.equal(key.public.trim());
    }
  });

  it('are different each time', () => {
    expect(makeSshKey('a').private).to.not.equal(makeSshKey('a').private);
    expect(makeSecret().private).to.not.equal(makeSecret().private);
  });

  it('of 32 bytes are secrets', () => {
    expect(Buffer.from(makeSecret().private, 'base64')).to.have.length(32);
  });

  it('have a readable public part for any type of key', () => {
    const { private: privateKey, public: publicKey } = makeSshKey('c');
    expect(`${publicPartOf(privateKey) ?? ''} c`).to.equal(publicKey);
    for (const text of ['', 'x', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END', privateKey.slice(0, 80)])
      expect(publicPartOf(text), text).to.equal(undefined);
  });
});

describe('the keys of a project', () => {
  it('can be read by the owner alone, and are ignored by git', async () => {
    const directory = projectDirectory({});
    const keys = new ProjectKeys(directory, 'demo');
    expect([...keys.existing()]).to.deep.equal([]);
    const made = await keys.create(client);
    await keys.create({ name: 'dns', kind: 'secret', keep: 'project' });
    expect([...keys.existing()].sort()).to.deep.equal(['client', 'dns']);
    expect(await keys.read('client')).to.deep.equal(made);
    expect(made.public).to.match(/^ssh-ed25519 \S+ dockerops-demo$/);
    const folder = join(directory, '.dockerops/keys');
    expect([modeOf(folder), modeOf(keys.path('client')), modeOf(keys.path('dns'))]).to.deep.equal([
      0o700, 0o600, 0o600,
    ]);
    execFileSync('git', ['init', '-q'], { cwd: directory });
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: directory, encoding: 'utf8' })).to.equal('');
  });

  it('are the same for processes that create one at the same time', async () => {
    const keys = new ProjectKeys(projectDirectory({}), 'demo');
    const made = await Promise.all(Array.from({ length: 8 }, () => keys.create(client)));
    expect(new Set(made.map((key) => key.private)).size).to.equal(1);
  });

  it('are never overwritten by new ones', async () => {
    const directory = projectDirectory({});
    const first = await new ProjectKeys(directory, 'demo').create(client);
    expect(await new ProjectKeys(directory, 'demo').create(client)).to.deep.equal(first);
  });

  it('do not include those of a single instance', async () => {
    const keys = new ProjectKeys(projectDirectory({}), 'demo');
    expect((await keys.create({ name: 'host:web-one', kind: 'ssh', keep: 'instance' })).private).to.include('OPENSSH');
    expect([...keys.existing()]).to.deep.equal([]);
  });

  it('certify those of instances', async () => {
    const keys = new ProjectKeys(projectDirectory({}), 'demo');
    const host = {
      name: 'host:web-one',
      kind: 'ssh',
      keep: 'instance',
      certify: { by: 'host-ca', principals: ['web-one', 'web'] },
    } as const;
    const authority = await keys.create({ name: 'host-ca', kind: 'ssh', keep: 'project' });
    const { certificate } = await keys.create(host, authority);
    expect(certificate).to.match(/^ssh-ed25519-cert-v01@openssh.com \S+ web-one$/);
    const failure = await keys.create(host, { ...authority, private: 'rubbish' }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(UserError).and.have.property('message').that.contains(keys.path('host-ca'));
  });

  it('are errors with what to do when they are missing or damaged', async () => {
    const directory = projectDirectory({});
    const keys = new ProjectKeys(directory, 'demo');
    const failure = async (): Promise<unknown> => keys.read('client').catch((error: unknown) => error);
    expect(await failure())
      .to.be.instanceOf(UserError)
      .and.have.property('message', `the project has no key "client" in ${join(directory, '.dockerops/keys')}`);
    await keys.create(client);
    writeFileSync(keys.path('client'), '-----BEGIN OPENSSH PRIVATE KEY-----\nrubbish\n');
    expect(await failure())
      .to.be.instanceOf(UserError)
      .and.have.property('message', `${keys.path('client')} is not an OpenSSH private key`);
  });

  it('make pairs whose halves belong together', () => {
    const { private: text, public: line } = makeSshKey('x');
    const blob = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
    const publicKey = Buffer.from(line.split(' ')[1] ?? '', 'base64').subarray(-32);
    const at = blob.lastIndexOf(publicKey);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') };
    const message = Buffer.from('text');
    const signature = sign(null, message, {
      key: { ...jwk, d: blob.subarray(at - 32, at).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, message, { key: jwk, format: 'jwk' }, signature)).to.equal(true);
  });
});
