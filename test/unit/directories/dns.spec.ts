import { expect } from 'chai';
import { DnsDirectory } from '../../../src/lib/directories/dns.ts';
import type { RunInside } from '../../../src/lib/directories/name-directory.ts';
import { OperationFailed } from '../../../src/lib/errors.ts';

describe('the directory of names in the DNS', () => {
  const asked: string[][] = [];
  const answering = (stdout: string, exitCode = 0, stderr = '', by?: 'client'): DnsDirectory => {
    const run: RunInside = async (command) => {
      asked.push([...command]);
      return { exitCode, stdout, stderr };
    };
    return new DnsDirectory('demo-dns', run, by);
  };
  const failure = async (directory: DnsDirectory): Promise<OperationFailed> => {
    const error = await directory.names().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof OperationFailed) return error;
    throw new Error('nothing failed');
  };

  it('reads names with their holders, and members that are absent as empty', async () => {
    const names = [
      {
        name: 'demo',
        addresses: ['10.1.1.1'],
        holders: [
          {
            service: 'demo',
            instance: 'one',
            address: '10.1.1.1',
            policy: 'APPEND',
            age_seconds: 7,
            held_by: 'client',
            engine: 'agrees',
          },
          { service: 'demo', instance: 'two', address: null, engine: 'something new' },
        ],
      },
    ];
    const directory = answering(JSON.stringify({ zone: 'local.zone', names }));
    expect(await directory.names()).to.deep.equal({
      zone: 'local.zone',
      names: [
        {
          name: 'demo',
          addresses: ['10.1.1.1'],
          holders: [
            {
              service: 'demo',
              instance: 'one',
              address: '10.1.1.1',
              policy: 'APPEND',
              ageSeconds: 7,
              heldBy: 'client',
              engine: 'agrees',
            },
            { service: 'demo', instance: 'two', policy: '', ageSeconds: 0, heldBy: 'client', engine: 'unknown' },
          ],
        },
      ],
    });
    expect(await answering('{}').names()).to.deep.equal({ zone: '', names: [] });
  });

  it("passes on the program's error, or its output when it has none", async () => {
    expect((await failure(answering('{"error": "the arbiter does not answer"}', 1))).message).to.equal(
      'demo-dns: dns ps: the arbiter does not answer',
    );
    expect((await failure(answering('', 127, 'no such file\n'))).message).to.equal('demo-dns: dns ps: no such file');
    expect(await failure(answering('null', 1))).to.include({ code: 'DNS_FAILED', container: 'demo-dns' });
  });

  it('suggests what to do when names are missing after the limit, or the program is', async () => {
    expect((await failure(answering('{"error": "after 30 s"}', 3))).suggestions.join()).to.contain('dockerops dns why');
    expect((await failure(answering('{"error": "after 30 s"}', 3, '', 'client'))).suggestions.join())
      .to.contain('DNS_SERVICE_IP')
      .and.contain('import-key')
      .and.contain('--no-wait');
    for (const code of [126, 127])
      expect((await failure(answering('no such file', code, '', 'client'))).suggestions.join()).to.contain(
        'dockerops up',
      );
    expect((await failure(answering('{"error": "no"}', 1))).suggestions).to.deep.equal([]);
  });

  it('runs the client of an instance whose DNS is elsewhere as the image contract says', async () => {
    asked.length = 0;
    const directory = answering('{}', 0, '', 'client');
    await directory.awaitNames([{ name: 'a-b', address: '192.0.2.1' }], 3);
    await directory.remove(['a-b']);
    const program = '/usr/local/lib/dockerops/dns-lease';
    expect(asked).to.deep.equal([
      [program, 'await', '--timeout', '3', 'a-b=192.0.2.1'],
      [program, 'withdraw', 'a-b'],
    ]);
  });

  it('runs the program as the image contract says', async () => {
    asked.length = 0;
    const directory = answering('{}');
    await directory.put({ service: 'a', instance: 'b', address: '10.1.1.1', container: 'c' });
    await directory.remove(['a-b', 'a-c']);
    await directory.awaitNames([{ name: 'a-b', address: '10.1.1.1' }], 3);
    await directory.check();
    await directory.fix();
    await answering('{}', 0, '', 'client').restartClient();
    const program = '/usr/local/bin/dockerops-dns';
    expect(asked).to.deep.equal([
      [program, 'hold', '{"service":"a","instance":"b","address":"10.1.1.1","policy":"APPEND","container":"c"}'],
      [program, 'withdraw', 'a-b', 'a-c'],
      [program, 'await', '--timeout', '3', 'a-b=10.1.1.1'],
      [program, 'check'],
      [program, 'check', '--fix'],
      ['/usr/local/lib/dockerops/dns-lease', 'restart'],
    ]);
  });
});
