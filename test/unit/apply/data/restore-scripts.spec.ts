import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exchangeScript, sweepScript } from '../../../../src/lib/apply/data/restore-scripts.ts';

const execute = promisify(execFile);

/** The script is for any shell, so it is run by this machine's. */
describe('changing the places of data and what was restored', () => {
  let place: string;
  const staging = '.dockerops-restore';
  const put = async (folder: string, text: string): Promise<void> => {
    await mkdir(join(place, folder), { recursive: true });
    await writeFile(join(place, folder, 'file'), text);
  };
  const content = (folder: string): Promise<string> => readFile(join(place, folder, 'file'), 'utf8');
  const exchange = (environment: NodeJS.ProcessEnv = process.env): Promise<string> =>
    execute('sh', ['-c', exchangeScript(place), 'sh', '.before-x', 'data', 'log'], { env: environment }).then(
      ({ stdout }) => stdout,
    );
  const complaint = (environment?: NodeJS.ProcessEnv): Promise<string> =>
    exchange(environment).then(
      () => '',
      (error: unknown) => (error as { stderr: string }).stderr,
    );

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'dockerops-exchange-'));
    await put('data', 'old');
    await put(`${staging}/data`, 'new');
  });
  afterEach(() => rm(place, { recursive: true }));

  it('puts the new in the places of the old, and of what was not there', async () => {
    await put(`${staging}/log`, 'new log');
    await exchange();
    expect([await content('data'), await content('data.before-x'), await content('log')]).to.deep.equal([
      'new',
      'old',
      'new log',
    ]);
    expect(await readFile(join(place, '.data.dockerops'), 'utf8')).to.match(/^complete: /);
    expect((await readdir(place)).sort()).to.deep.equal([
      '.data.dockerops',
      '.log.dockerops',
      'data',
      'data.before-x',
      'log',
    ]);
  });

  it('changes nothing when a folder is missing in the backup', async () => {
    expect(await complaint()).to.contain('the backup has no folder log');
    expect([await content('data'), (await readdir(place)).sort()]).to.deep.equal(['old', [staging, 'data']]);
  });

  it('changes nothing when something has the name of what is moved aside', async () => {
    await put(`${staging}/log`, 'new log');
    await put('data.before-x', 'older');
    expect(await complaint()).to.contain('data.before-x already exists');
    expect([await content('data'), await content('data.before-x')]).to.deep.equal(['old', 'older']);
  });

  it('puts the first folder back when the second cannot be moved', async () => {
    await put(`${staging}/log`, 'new log');
    await put('log', 'old log');
    await writeFile(
      join(place, 'mv'),
      `#!/bin/sh\ncase "$1" in ${staging}/log) echo no >&2; exit 1;; esac\nexec /bin/mv "$@"\n`,
      { mode: 0o755 },
    );
    expect(await complaint({ PATH: `${place}:${process.env['PATH'] ?? ''}` })).to.contain('no');
    expect([await content('data'), await content('log'), await content(`${staging}/data`)]).to.deep.equal([
      'old',
      'old log',
      'new',
    ]);
    expect((await readdir(place)).filter((name) => name.includes('before'))).to.deep.equal([]);
  });

  it('puts the marks back with the folders: half a first copy stays one, and what had none gets none', async () => {
    await put(`${staging}/log`, 'new log');
    await put('log', 'old log');
    await writeFile(join(place, '.data.dockerops'), 'copying: half\n');
    await writeFile(
      join(place, 'mv'),
      `#!/bin/sh\ncase "$1" in ${staging}/log) echo no >&2; exit 1;; esac\nexec /bin/mv "$@"\n`,
      { mode: 0o755 },
    );
    await complaint({ PATH: `${place}:${process.env['PATH'] ?? ''}` });
    expect(await readFile(join(place, '.data.dockerops'), 'utf8')).to.equal('copying: half\n');
    expect((await readdir(place)).sort()).to.deep.equal([staging, '.data.dockerops', 'data', 'log', 'mv'].sort());
  });

  it('leaves marks when killed, which the next sweep resolves, and reports only folders that are missing', async () => {
    await rm(join(place, 'data'), { recursive: true });
    await put('log', 'old log');
    await put(`${staging}/log`, 'new log');
    await put('opt', 'new opt');
    for (const folder of ['data', 'log', 'opt'])
      await writeFile(join(place, `.${folder}.dockerops`), 'restoring: whatever\n');
    for (const folder of ['log', 'opt'])
      await writeFile(join(place, staging, `.${folder}.dockerops`), 'copying: half\n');
    await writeFile(join(place, '.home.dockerops'), 'copying: half\n');
    await put('home', 'half');
    await execute('sh', ['-c', sweepScript(place), 'sh', 'data', 'log', 'opt', 'home']);
    expect((await readdir(place)).sort()).to.deep.equal([
      '.data.dockerops',
      '.home.dockerops',
      '.log.dockerops',
      'home',
      'log',
      'opt',
    ]);
    expect(
      await Promise.all(
        ['data', 'log'].map(
          async (folder) => (await readFile(join(place, `.${folder}.dockerops`), 'utf8')).split(':')[0],
        ),
      ),
    ).to.deep.equal(['restoring', 'copying']);
  });
});
