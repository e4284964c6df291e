import { expect } from 'chai';
import { readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

const compose = `x-common: &common
  restart: unless-stopped
services:
  web:
    <<: *common
    build: {context: ./web, args: {VERSION: "1.10"}}
    environment:
      DB_URL: postgres://shop:\${DB_PASSWORD}@db/shop
      LEVEL: \${LEVEL:-info}
    env_file: web.env
    volumes: ["./conf:/etc/web:ro", "uploads:/uploads"]
    depends_on:
      db: {condition: service_healthy}
      my_cache: {condition: service_started}
    healthcheck: {test: ["CMD", "true"], interval: 1s}
    isolation: default
  worker:
    <<: *common
    build: {context: ./web, dockerfile: Dockerfile.worker}
    depends_on: [web]
  db:
    image: ${testImage}
    command: sleep 600
    environment: ["POSTGRES_PASSWORD=\${DB_PASSWORD}"]
    volumes: [pg:/data]
  my_cache:
    image: ${testImage}
    entrypoint: ["sleep"]
    command: ["600"]
volumes: {pg: {}, uploads: {}}
`;

describe('dockerops import', function () {
  this.timeout(120_000);
  const playground = new Playground('import');
  const at = (name: string): string => join(playground.directory, name);

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'compose.yaml': compose,
      '.env': 'DB_PASSWORD=s3cret\n',
      'web.env': 'A=1\n',
      'conf/web.conf': 'x',
      'web/.dockerignore': '*.log\n',
      'web/page.txt': 'page',
      'web/x.log': 'x',
      'web/Dockerfile': `FROM ${testImage}\nCOPY . /app\nCMD ["sleep", "600"]\n`,
      'web/Dockerfile.worker': `FROM ${testImage}\nCMD ["sleep", "601"]\n`,
    });
  });
  after(() => playground.close());

  it('writes a project that can be validated, planned and run, and lists what it could not convert', async () => {
    const { code, stdout, stderr } = await playground.run(['import:compose.yaml']);
    expect(code, stderr).to.equal(0);
    expect(stdout)
      .to.contain('4 services imported: web, worker, db, my-cache')
      .and.to.match(/not converted:\n +compose\.yaml:16:5 +web: "isolation" is not supported\n\nnext:/);
    expect(await readlink(at('services/web'))).to.equal('../web');
    expect(await readFile(at('services/worker/Dockerfile'), 'utf8')).to.contain('601');
    expect(await stat(at('services/worker/x.log')).catch(() => undefined)).to.equal(undefined);
    expect(await readFile(at('run.conf'), 'utf8')).not.to.contain('s3cret');
    const validation = await playground.run(['validate']);
    expect(validation.code, validation.stdout).to.equal(0);
    const plan = await playground.run(['plan', '--json']);
    expect(plan.code, plan.stderr).to.equal(0);
    const { verdicts } = JSON.parse(plan.stdout) as {
      readonly verdicts: readonly { readonly key: string; readonly verdict: string }[];
    };
    expect(
      verdicts
        .filter(({ verdict }) => verdict === 'create')
        .map(({ key }) => key)
        .sort(),
    ).to.deep.equal(['db-main', 'my-cache-main', 'web-main', 'worker-main']);
  });

  it('runs with the names, variables and volumes of compose', async () => {
    const run = await playground.run(['run:all', '--yes']);
    expect(run.code, run.stderr).to.equal(0);
    const inside = await playground.run([
      'exec',
      'web',
      '--',
      'sh',
      '-c',
      'echo $DB_URL $LEVEL $A; cat /etc/web/web.conf /app/page.txt; ping -c1 -w5 db >/dev/null && ' +
        'ping -c1 -w5 my_cache >/dev/null && echo found',
    ]);
    expect(inside.stdout, inside.stderr).to.equal('postgres://shop:s3cret@db/shop info 1\nxpagefound\n');
  });

  it('gives a compose file back, in a new file', async () => {
    const printed = await playground.run(['export:compose']);
    expect(printed.code, printed.stderr).to.equal(0);
    expect(printed.stdout).to.contain(`name: ${playground.project}`).and.to.contain('condition: service_healthy');
    const written = await playground.run(['export:compose,output=again.yaml']);
    expect([written.code, written.stdout], written.stderr).to.deep.equal([0, 'written: again.yaml\n']);
    expect(await readFile(at('again.yaml'), 'utf8')).to.equal(printed.stdout);
    const twice = await playground.run(['export:compose,output=again.yaml']);
    expect(twice.code).to.equal(2);
    expect(twice.stderr).to.contain('again.yaml already exists');
  });

  it('overwrites nothing', async () => {
    const before = await readFile(at('run.conf'), 'utf8');
    const { code, stderr } = await playground.run(['import', 'compose.yaml']);
    expect(code).to.equal(2);
    expect(stderr)
      .to.contain('existing files would be overwritten; nothing was imported')
      .and.to.contain(at('run.conf'));
    expect(await readFile(at('run.conf'), 'utf8')).to.equal(before);
  });

  it('says what is wrong with a file, and where', async () => {
    await playground.write({ 'bad.yaml': 'services:\n  web: [\n' });
    const bad = await playground.run(['import:bad.yaml']);
    expect([bad.code, bad.stderr.split('\n')[0]]).to.deep.equal([2, 'error: bad.yaml cannot be read']);
    expect(bad.stderr).to.match(/bad\.yaml:[23]:\d/);
    expect((await playground.run(['import:none.yaml'])).stderr).to.contain('none.yaml cannot be read: ENOENT');
  });
});
