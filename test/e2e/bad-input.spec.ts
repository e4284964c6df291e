import { expect } from 'chai';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';
import { plainContainer } from '../support/plain-container.ts';

/**
 * Every wrong thing ends with one clear message that says what to do next, the right exit code, and nothing changed.
 */
describe('bad input and bad luck', function () {
  this.timeout(120_000);
  const playground = new Playground('bad');
  let directory: string;
  const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    dockerops(words, { cwd: directory, environment: { ...playground.environment, ...environment } });

  async function project(runConf: string, dockerfiles: Readonly<Record<string, string>> = {}): Promise<void> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(join(directory, 'services'), { recursive: true });
    await writeFile(join(directory, 'run.conf'), runConf);
    for (const [service, text] of Object.entries(dockerfiles)) {
      await mkdir(join(directory, 'services', service));
      await writeFile(join(directory, 'services', service, 'Dockerfile'), text);
    }
  }

  function expectClear(result: CliResult, code: number, ...parts: readonly string[]): void {
    expect(result.code, result.stderr).to.equal(code);
    for (const part of parts) expect(result.stderr).to.contain(part);
    expect(result.stderr).not.to.match(/\n\s+at .*:\d+:\d+/);
    expect(result.stdout).to.equal('');
  }

  const sleeper = `FROM ${testImage}\nCMD ["sleep", "600"]\n`;
  const one = '[{"service": "web", "instance": "one"}]';

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    directory = join(playground.directory, 'project');
  });
  afterEach(() => playground.clear());
  after(() => playground.close());

  it('no engine: says where it looked and how to get one', async () => {
    await project(one, { web: sleeper });
    expectClear(await run(['ps'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' }), 1, '/nowhere/docker.sock');
  });

  it('an engine without permission: says so', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await project(one, { web: sleeper });
    const socket = join(playground.directory, 'forbidden.sock');
    const server = createServer((connection) => connection.end()).listen(socket);
    try {
      await once(server, 'listening');
      await chown(socket, 65_534, 65_534);
      await chmod(socket, 0o600);
      // Root without the capability to override permissions is like any other user.
      const wrapper = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'];
      expectClear(
        await dockerops(['ps'], {
          cwd: directory,
          environment: { ...playground.environment, DOCKER_HOST: `unix://${socket}` },
          wrapper,
        }),
        1,
        'permission',
      );
    } finally {
      server.close();
    }
  });

  it('a broken run.conf: all problems at once, each with its place', async () => {
    await project('[\n  {"service": "web", "instnace": "one"},\n  {"service": "web", "sleep": "long"}\n]', {
      web: sleeper,
    });
    expectClear(await run(['run:all']), 2, 'run.conf:2:', 'instnace', 'instance', 'run.conf:3:', 'sleep');
  });

  it('a run.conf that is not JSON: the place', async () => {
    await project('[\n  {"service": "web",, "instance": "one"}\n]', { web: sleeper });
    expectClear(await run(['plan']), 2, 'run.conf:2:');
  });

  it('an unknown service: which there are, and the nearest', async () => {
    await project(one, { web: sleeper });
    expectClear(await run(['run:wbe']), 2, 'wbe', 'web');
  });

  it('a missing Dockerfile: the path', async () => {
    await project('[{"service": "api", "instance": "one"}]', { web: sleeper });
    await mkdir(join(directory, 'services', 'api'));
    expectClear(await run(['build:all']), 2, join('services', 'api', 'Dockerfile'));
  });

  it('a build that fails: the step and its output', async () => {
    await project(one, { web: `FROM ${testImage}\nRUN echo about to fail; exit 9\n` });
    expectClear(await run(['build:web']), 1, 'about to fail', 'exit 9');
  });

  it('a name held by a foreign container: who holds it, and it is left alone', async () => {
    await project(one, { web: sleeper });
    const name = `${playground.project}-web-one`;
    const { id } = await playground.engine.createContainer(
      name,
      plainContainer(testImage, {
        command: ['sleep', '600'],
        labels: { 'dockerops.test': playground.project },
        network: { mode: 'none' },
      }),
    );
    try {
      expectClear(await run(['run:all']), 1, name, 'did not make');
      expect((await playground.engine.inspectContainer(name)).id).to.equal(id);
    } finally {
      await playground.engine.removeContainer(id, { force: true });
    }
  });

  it('a program that dies inside its container: its last words and exit code', async () => {
    await project(
      '[{"service": "web", "instance": "one", "restart": "no"}, ' +
        '{"service": "web", "instance": "two", "restart": "no", "sleep": 1}]',
      { web: `FROM ${testImage}\nCMD ["sh", "-c", "echo cannot find my database; exit 4"]\n` },
    );
    const result = await run(['run:all']);
    expectClear(result, 1, 'cannot find my database');
    // The death is noticed while the run waits, or in its last check: two messages for the same.
    expect(result.stderr).to.match(/exit code 4|Exited \(4\)/);
  });

  it('an unknown command and an unknown option: did you mean', async () => {
    await project(one, { web: sleeper });
    expectClear(await run(['biuld:all']), 2, 'build');
    expectClear(await run(['run:all,replcae=True']), 2, 'replcae', 'replace');
  });

  it('Ctrl-C in run:all: an orderly end, and the next run finishes', async () => {
    await project(
      '[{"service": "web", "instance": "one", "sleep": 60}, ' +
        '{"service": "web", "instance": "two", "depends_on": ["web-one"]}]',
      { web: sleeper },
    );
    expect((await run(['build:all'])).code).to.equal(0);
    const interrupted = await dockerops(['run:all'], {
      cwd: directory,
      environment: playground.environment,
      onError: (text, kill) => {
        if (text.includes('web-one: ready')) kill('SIGINT');
      },
    });
    expect(interrupted.code, interrupted.stderr).to.equal(130);
    await project('[{"service": "web", "instance": "one"}, {"service": "web", "instance": "two"}]', { web: sleeper });
    const again = await run(['run:all']);
    expect(again.code, again.stderr).to.equal(0);
    expect(Object.keys(await playground.containerIds())).to.have.length(2);
  });

  it('two at once: one waits for the other, and both succeed', async () => {
    await project('[{"service": "web", "instance": "one"}, {"service": "web", "instance": "two"}]', { web: sleeper });
    expect((await run(['build:all'])).code).to.equal(0);
    const results = await Promise.all([run(['run:all']), run(['run:all'])]);
    expect(
      results.map(({ code }) => code),
      results.map(({ stderr }) => stderr).join('\n'),
    ).to.deep.equal([0, 0]);
    expect(Object.keys(await playground.containerIds())).to.have.length(2);
  });

  it('two projects at once: each gets a subnet of its own', async () => {
    await project(one, { web: sleeper });
    const other = new Playground('bad');
    await other.open();
    try {
      const results = await Promise.all([run(['run:all,build=True']), run(['run:all,build=True'], other.environment)]);
      expect(
        results.map(({ code }) => code),
        results.map(({ stderr }) => stderr).join('\n'),
      ).to.deep.equal([0, 0]);
    } finally {
      await other.close();
    }
  });

  it('errors are JSON under --json', async () => {
    await project(one, { web: sleeper });
    const result = await run(['run:wbe', '--json']);
    expect(result.code).to.equal(2);
    expect(JSON.parse(result.stdout)).to.have.nested.property('error.code');
  });
});
