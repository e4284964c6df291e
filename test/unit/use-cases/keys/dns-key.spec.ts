import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../../src/lib/errors.ts';
import { ProjectKeys } from '../../../../src/lib/project/keys/key-store.ts';
import { exportDnsKey, importDnsKey, parseDnsKey } from '../../../../src/lib/use-cases/keys/dns-key.ts';
import { writeKeyFile } from '../../../../src/lib/use-cases/keys/key-file.ts';

describe('a DNS key', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerops-keys-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const keys = (name: string): ProjectKeys => new ProjectKeys(join(directory, name), name);
  const failure = async (act: () => Promise<unknown>): Promise<UserError> => {
    const error = await act().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof UserError) return error;
    throw new Error(`no error of the user: ${String(error)}`);
  };

  it('is the same in the project that imports it, for its owner alone', async () => {
    const [here, there] = [keys('here'), keys('there')];
    await here.create({ name: 'dns', kind: 'secret', keep: 'project' });
    expect(await importDnsKey({ keys: there }, await exportDnsKey({ keys: here }), 'dns.key', false)).to.deep.equal({
      imported: ['dns'],
      same: [],
    });
    expect(await there.read('dns')).to.deep.equal(await here.read('dns'));
    expect(statSync(there.path('dns')).mode & 0o777).to.equal(0o600);
    expect(await importDnsKey({ keys: there }, await exportDnsKey({ keys: here }), 'dns.key', false)).to.deep.equal({
      imported: [],
      same: ['dns'],
    });
  });

  it('takes the place of another only by force', async () => {
    const [here, there] = [keys('here'), keys('there')];
    for (const store of [here, there]) await store.create({ name: 'dns', kind: 'secret', keep: 'project' });
    const before = await there.read('dns');
    expect(
      (await failure(async () => importDnsKey({ keys: there }, await exportDnsKey({ keys: here }), 'dns.key', false)))
        .code,
    ).to.equal('KEY_EXISTS');
    expect(await there.read('dns')).to.deep.equal(before);
    expect(
      (await importDnsKey({ keys: there }, await exportDnsKey({ keys: here }), 'dns.key', true)).imported,
    ).to.deep.equal(['dns']);
    expect(await there.read('dns')).to.deep.equal(await here.read('dns'));
  });

  it('is refused when it is none, without repeating it', () => {
    const right = Buffer.alloc(32, 1).toString('base64');
    expect(parseDnsKey(`dockerops-dns-key-1 ${right}\r\n`, 'x')).to.equal(right);
    for (const text of [
      '',
      right,
      'dockerops-dns-key-1 ',
      'dockerops-dns-key-1 c2hvcnQ=',
      `dockerops-dns-key-2 ${right}`,
      `dockerops-dns-key-1 ${right} more`,
    ]) {
      expect(() => parseDnsKey(text, 'dns.key'), text)
        .to.throw(UserError, /^dns\.key was not made by/)
        .with.property('code', 'BAD_KEY');
    }
  });

  it('is written to a new file only', async () => {
    const file = join(directory, 'dns.key');
    await writeKeyFile(file, 'secret');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).to.deep.equal(['secret', 0o600]);
    writeFileSync(file, 'mine');
    expect((await failure(() => writeKeyFile(file, 'secret'))).code).to.equal('KEY_FILE');
    expect(readFileSync(file, 'utf8')).to.equal('mine');
  });
});
