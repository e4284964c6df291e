import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DockeropsError } from '../../../../src/lib/errors.ts';
import { JobStore } from '../../../../src/lib/server/store/job-store.ts';
import { openStore } from '../../../../src/lib/server/store/open-store.ts';
import { ServiceStore } from '../../../../src/lib/server/store/service-store.ts';
import { SqliteDatabase } from '../../../../src/lib/server/store/sqlite-database.ts';
import { migrations } from '../../../../src/lib/server/store/tables.ts';
import { jobRequest } from '../../../support/job-server.ts';

describe("a server's store", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerops-store-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('can be read by its user alone, with everything that SQLite writes beside it', async () => {
    const database = openStore(directory);
    await new JobStore(database).add({ job: { id: 'j', request: jobRequest('a', ['b']), createdAt: 1 } });
    for (const name of ['serve.sqlite', 'serve.sqlite-wal', 'serve.pid'])
      expect(statSync(join(directory, name)).mode & 0o777, name).to.equal(0o600);
    database.close();
  });

  it('is for one process, whose pid the next one says', () => {
    const database = openStore(directory);
    const script = `
      import { openStore } from '${join(import.meta.dirname, '../../../../src/lib/server/store/open-store.ts')}';
      try { openStore(${JSON.stringify(directory)}); } catch (error) { console.log(error.code, error.message); }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    });
    const holder = `another server has it (pid ${String(process.pid)})`;
    expect(stdout.trim()).to.equal(`SERVE_DATA_IN_USE --data ${directory}: ${holder}`);
    database.close();
  });

  it('keeps what was written, whatever happens to the process afterwards', () => {
    const script = `
      import { openStore } from '${join(import.meta.dirname, '../../../../src/lib/server/store/open-store.ts')}';
      import { JobStore } from '${join(import.meta.dirname, '../../../../src/lib/server/store/job-store.ts')}';
      const store = new JobStore(openStore(${JSON.stringify(directory)}));
      await store.add({ job: { id: 'kept', request: ${JSON.stringify(jobRequest('a', ['b']))}, createdAt: 1 } });
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script]);
    const database = openStore(directory);
    expect(new JobStore(database).find('kept')?.run).to.include({ state: 'pending', service: 'a' });
    database.close();
  });

  it('opens the file of each older version, with what is in it', async () => {
    const file = new DatabaseSync(join(directory, 'serve.sqlite'));
    file.exec(`${migrations[0] ?? ''} PRAGMA user_version = 1`);
    await new JobStore(new SqliteDatabase(file)).add({
      job: { id: 'old', request: jobRequest('a', ['b']), createdAt: 1 },
    });
    file.close();
    const database = openStore(directory);
    expect(new JobStore(database).find('old')?.job.createdAt).to.equal(1);
    expect(new ServiceStore(database).services()).to.deep.equal([]);
    database.close();
    openStore(directory).close();
  });

  it('refuses the file of a newer version', () => {
    const database = openStore(directory);
    database.run('PRAGMA user_version = 99');
    database.close();
    expect(() => openStore(directory)).to.throw(DockeropsError, /is of a newer version of dockerops \(99\)/);
  });
});
