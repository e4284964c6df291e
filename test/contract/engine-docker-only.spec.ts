import { expect } from 'chai';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { packContext } from '../../src/lib/engine/archive/build-context.ts';
import { connect } from '../../src/lib/engine/connection/connect.ts';
import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';
import { createDockerEngine } from '../../src/lib/engine/docker-engine.ts';
import { DialingAgent } from '../../src/lib/engine/connection/endpoint.ts';
import type { BuildRequest, Engine, LogLine } from '../../src/lib/engine/engine.ts';
import { EngineError, Interrupted, OperationFailed } from '../../src/lib/errors.ts';
import { sshConnection } from '../../src/lib/remote/ssh-transport.ts';
import { eventually } from '../support/eventually.ts';
import { ensureTestImage, findTestEngine, startTestRun, testImage, type TestRun } from '../support/real-engine.ts';

/** What only a real engine can show; the fake makes no promise about any of it. */
describe('the Docker engine alone', function () {
  this.timeout(60_000);
  let run: TestRun;
  let engine: Engine;
  let directory: string;

  before(async function () {
    const found = await findTestEngine();
    if (found === undefined) return this.skip();
    await ensureTestImage(found);
    run = startTestRun(found);
    engine = found;
  });
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
  after(() => run?.cleanUp());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-contract-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const name = (suffix: string): string => `${run.prefix}${suffix}-${randomBytes(3).toString('hex')}`;
  const shell = (script: string, change: Partial<ContainerConfig> = {}): ContainerConfig => ({
    image: testImage,
    command: ['sh', '-c', script],
    environment: [],
    labels: run.labels,
    network: { mode: 'bridge' },
    ports: [],
    mounts: [],
    runtime: { restart: 'no', stopSeconds: 0 },
    ...change,
  });
  const start = async (config: ContainerConfig, own = name('c')): Promise<string> => {
    const { id } = await engine.createContainer(own, config);
    await engine.startContainer(id);
    return id;
  };
  const sleeping = (change: Partial<ContainerConfig> = {}): ContainerConfig => shell('sleep 1000', change);
  const output = async (id: string, script: string): Promise<string> => {
    const result = await engine.exec(id, { command: ['sh', '-c', script] }, 20_000);
    expect(result.stderr, script).to.equal('');
    return result.stdout.trim();
  };
  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
  }
  const build = async (
    change: Partial<BuildRequest> = {},
  ): Promise<{ readonly id: string; readonly lines: readonly string[]; readonly tag: string }> => {
    const lines: string[] = [];
    const tag = `${name('built')}:1`;
    const { tar: context } = await packContext(directory, { dockerfile: 'Dockerfile' });
    const { id } = await engine.buildImage({
      context,
      dockerfile: 'Dockerfile',
      tags: [tag],
      labels: run.labels,
      buildArgs: {},
      cache: true,
      onLine: (line) => lines.push(line),
      ...change,
    });
    return { id, lines, tag };
  };

  describe('exec', () => {
    it('carries megabytes of any bytes both ways and loses none at the end', async () => {
      const id = await start(sleeping());
      for (let round = 0; round < 3; round += 1) {
        const session = await engine.openExec(id, { command: ['cat'] });
        const sent = randomBytes(6_000_000);
        session.stdin.end(sent);
        session.stderr.resume();
        expect((await buffer(session.stdout)).equals(sent)).to.equal(true);
        expect(await session.exitCode()).to.equal(0);
      }
    });

    it('goes on after its input has ended', async () => {
      const session = await engine.openExec(await start(sleeping()), {
        command: ['sh', '-c', 'cat; echo after; echo err >&2; exit 4'],
      });
      session.stdin.end('in ');
      expect(await Promise.all([text(session.stdout), text(session.stderr), session.exitCode()])).to.deep.equal([
        'in after\n',
        'err\n',
        4,
      ]);
    });

    it('keeps the output of a command that ends before it read its input', async () => {
      const id = await start(sleeping());
      for (let round = 0; round < 5; round += 1) {
        const session = await engine.openExec(id, { command: ['head', '-c', '5'] });
        session.stdin.write(Buffer.alloc(2_000_000, 'hello'));
        session.stderr.resume();
        expect(await text(session.stdout)).to.equal('hello');
        expect(await session.exitCode()).to.equal(0);
      }
    });

    it('delivers many short answers whole, ten at a time', async () => {
      const id = await start(sleeping());
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            engine.exec(id, { command: ['sh', '-c', `seq 1 500; echo ${String(index)} >&2`] }, 30_000),
          ),
        );
        for (const [index, { stdout, stderr }] of answers.entries())
          expect([stdout.split('\n').length, stderr]).to.deep.equal([501, `${String(index)}\n`]);
      }
    });

    it('has user, environment, folder and a terminal that can be resized', async () => {
      const id = await start(sleeping());
      const request = {
        command: ['sh', '-c', 'id -u; pwd; echo $A'],
        user: '1000',
        environment: ['A=b c'],
        workingDirectory: '/tmp',
      };
      expect((await engine.exec(id, request, 5000)).stdout).to.equal('1000\n/tmp\nb c\n');
      const session = await engine.openExec(id, { command: ['sh'], tty: true });
      await session.resize(91, 17);
      session.stdin.write('stty size; exit 3\n');
      expect(await text(session.stdout)).to.include('17 91');
      expect(await session.exitCode()).to.equal(3);
    });

    it('is given up when the signal aborts', async () => {
      const abort = new AbortController();
      const waiting = engine.exec(await start(sleeping()), { command: ['sleep', '60'] }, 60_000, abort.signal);
      abort.abort();
      expect(await waiting.catch((error: unknown) => error)).to.be.instanceOf(Interrupted);
    });

    it('of a command that is not there says so', async () => {
      const result = await engine.exec(await start(sleeping()), { command: ['/no/such'] }, 5000);
      expect(result.exitCode).to.be.within(126, 127);
    });
  });

  describe('files', () => {
    it('make missing directories usable and leave the others alone', async () => {
      const { id } = await engine.createContainer(name('files'), sleeping());
      await engine.putFiles(id, [
        { path: '/tmp/a', mode: 0o600, uid: 0, gid: 0, content: Buffer.from('a') },
        { path: '/home/user/.ssh/id', mode: 0o600, uid: 1000, gid: 1000, content: Buffer.from('key') },
        { path: '/home/user/.ssh/deeper/x', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('x') },
      ]);
      await engine.startContainer(id);
      expect(
        await output(
          id,
          'stat -c "%n %a %u" /tmp /tmp/a /home /home/user /home/user/.ssh /home/user/.ssh/id /home/user/.ssh/deeper',
        ),
      ).to.equal(
        [
          '/tmp 1777 0',
          '/tmp/a 600 0',
          '/home 755 0',
          '/home/user 755 0',
          '/home/user/.ssh 755 1000',
          '/home/user/.ssh/id 600 1000',
          '/home/user/.ssh/deeper 755 0',
        ].join('\n'),
      );
    });
  });

  describe('logs', () => {
    it('have long lines whole and both streams, and follow until the container ends', async () => {
      const id = await start(
        shell('head -c 40000 /dev/zero | tr "\\0" x; echo; echo err >&2; sleep 1; echo last; printf unfinished'),
      );
      const followed: LogLine[] = [];
      for await (const line of engine.logs(id, { follow: true })) followed.push(line);
      // The engine may end the stream before an unfinished line; docker logs -f loses it too.
      const lines = followed.filter((line) => line.text !== 'unfinished');
      expect(lines.filter(({ stream }) => stream === 'stdout').map(({ text: line }) => line.length)).to.deep.equal([
        40_000, 4,
      ]);
      expect(lines.find(({ stream }) => stream === 'stderr')).to.include({ text: 'err' });
      expect((await firstLines(engine.logs(id, { tail: 1 }), 5)).map((line) => line.text)).to.deep.equal([
        'unfinished',
      ]);
    });

    it('stop when the signal aborts', async () => {
      const id = await start(shell('echo one; sleep 1000'));
      const abort = new AbortController();
      const lines: string[] = [];
      for await (const line of engine.logs(id, { follow: true, signal: abort.signal })) {
        lines.push(line.text);
        abort.abort();
      }
      expect(lines).to.deep.equal(['one']);
    });

    it('of a terminal have no carriage returns', async () => {
      const id = await start(shell('echo one; echo two', { terminal: true }));
      await engine.waitContainer(id);
      expect((await firstLines(engine.logs(id, {}), 9)).map((line) => line.text)).to.deep.equal(['one', 'two']);
    });
  });

  describe('containers', () => {
    it('resolve a link for the linking one alone, and have their address, names and resolver', async () => {
      const network = name('net');
      const base = `10.197.${String(Math.floor(Date.now() / 1000) % 256)}`;
      await engine.createNetwork({
        name: network,
        subnet: `${base}.0/24`,
        ipRange: `${base}.128/25`,
        gateway: `${base}.1`,
        labels: run.labels,
      });
      const attached = { mode: 'network', name: network, aliases: [], links: [] } as const;
      const target = name('target');
      await start(sleeping({ network: { ...attached, address: `${base}.7`, aliases: ['everybody'] } }), target);
      const linking = await start(sleeping({ network: { ...attached, links: [{ target, alias: 'mine' }] } }));
      const other = await start(sleeping({ network: attached }));
      expect(await output(linking, 'ping -c 1 -W 2 mine. | head -1; ping -c 1 -W 2 everybody. | head -1'))
        .to.include(`mine. (${base}.7)`)
        .and.include(`everybody. (${base}.7)`);
      expect(
        (await engine.exec(other, { command: ['ping', '-c', '1', '-W', '2', 'mine.'] }, 30_000)).exitCode,
      ).to.equal(1);
      const dns = { servers: [`${base}.2`], search: ['demo.local'], options: ['ndots:1'] };
      const resolving = await start(sleeping({ network: { ...attached, dns }, hostname: 'myself' }));
      expect(await output(resolving, 'hostname; cat /etc/resolv.conf'))
        .to.match(/^myself\n/)
        .and.include('search demo.local')
        .and.include('ndots:1');
    });

    it('copy the content of the image into an empty data directory, with owners and modes', async () => {
      await write({
        Dockerfile:
          `FROM ${testImage}\n` +
          'RUN mkdir /data && echo first > /data/file && chmod 640 /data/file && chown 1000:1000 /data /data/file\n',
      });
      const { tag } = await build();
      const data = join(directory, 'data');
      await mkdir(data);
      const volume = name('data');
      const config = sleeping({
        image: tag,
        mounts: [{ kind: 'data', volume, directory: data, target: '/data', labels: run.labels }],
      });
      const id = await start(config);
      const copied = await stat(join(data, 'file'));
      expect([copied.uid, copied.gid, copied.mode & 0o777]).to.deep.equal([1000, 1000, 0o640]);
      await output(id, 'echo second > /data/file');
      await engine.removeContainer(id, { force: true });
      expect(await output(await start(config), 'cat /data/file')).to.equal('second');
      expect(await engine.listVolumes(run.labels)).to.deep.include({ name: volume, labels: run.labels });
    });

    it('run as they are asked to', async () => {
      const runtime = {
        restart: 'no',
        stopSeconds: 0,
        user: '1000',
        ulimits: [{ name: 'nofile', soft: 77, hard: 99 }],
        tmpfs: ['/scratch'],
        shmBytes: 8 << 20,
        readOnly: true,
        init: true,
        extraHosts: ['far:10.1.2.3'],
      } as const;
      const id = await start(sleeping({ runtime, environment: ['A=b'] }));
      expect(
        await output(
          id,
          'id -u; echo $A; grep far /etc/hosts; grep -c " /scratch tmpfs" /proc/mounts; touch /x 2>/dev/null || ' +
            'echo read-only',
        ),
      ).to.equal(['1000', 'b', '10.1.2.3\tfar', '1', 'read-only'].join('\n'));
      // Now and then runc 1.1 gives a process that it adds the limits of its own (runc#4195).
      await eventually(async () => expect(await output(id, 'ulimit -n; ulimit -Hn')).to.equal('77\n99'), 10_000);
    });
  });

  describe('builds', () => {
    it('show steps and output, use a local parent, arguments and a target, and are cached the next time', async () => {
      await write({
        Dockerfile:
          `FROM ${testImage} AS one\n` +
          'ARG WHAT\n' +
          'COPY file /file\n' +
          'RUN echo "made $WHAT" && echo problem >&2\n' +
          'FROM one AS two\n' +
          'RUN exit 1\n',
        file: 'content',
        '.dockerignore': 'ignored',
        ignored: '',
      });
      const first = await build({ buildArgs: { WHAT: 'tea' }, target: 'one', cache: false });
      expect(first.lines.join('\n'))
        .to.include('COPY file /file')
        .and.include('  made tea')
        .and.include('  problem')
        .and.not.include('internal');
      expect(await engine.findImage(first.tag)).to.deep.include({ id: first.id, labels: run.labels });
      const second = await build({ buildArgs: { WHAT: 'tea' }, target: 'one' });
      expect(second.lines.join('\n')).to.match(/RUN echo.*\(cached\)/);
    });

    it('that fail name the step and keep its last lines', async () => {
      await write({ Dockerfile: `FROM ${testImage}\nRUN echo before\nRUN (seq 1 100; echo the reason) >&2; exit 7\n` });
      const error: unknown = await build({ cache: false }).catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(OperationFailed).with.property('code', 'BUILD_FAILED');
      const { message, logs } = error as OperationFailed;
      expect(message).to.include('[3/3] RUN (seq 1 100').and.include('exit code: 7');
      expect(logs).to.include('the reason').and.include('100').and.not.include('before');
    });

    it('that the engine cannot parse are refused in its words', async () => {
      await write({ Dockerfile: `FROM ${testImage}\nNONSENSE\n` });
      const error: unknown = await build().catch((cause: unknown) => cause);
      expect((error as Error).message).to.match(/unknown instruction: NONSENSE/i);
    });

    it('end when the signal aborts', async () => {
      await write({ Dockerfile: `FROM ${testImage}\nRUN echo begun && sleep 1000\n` });
      const abort = new AbortController();
      const error: unknown = await build({
        cache: false,
        signal: abort.signal,
        onLine: (line) => {
          if (line === '  begun') abort.abort();
        },
      }).catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(Interrupted);
    });

    it('work with the classic builder too', async () => {
      await write({ Dockerfile: `FROM ${testImage}\nRUN echo classic\n` });
      const request = { environment: process.env, platform: process.platform };
      const classic = createDockerEngine({ ...(await connect(request)), builder: 'classic' }, request);
      const lines: string[] = [];
      const tag = `${name('classic')}:1`;
      const details = {
        dockerfile: 'Dockerfile',
        labels: run.labels,
        buildArgs: {},
        cache: false,
        onLine: (line: string) => {
          lines.push(line);
        },
      };
      const { id } = await classic.buildImage({
        ...details,
        tags: [tag],
        context: (await packContext(directory, { dockerfile: 'Dockerfile' })).tar,
      });
      expect((await engine.findImage(tag))?.id).to.equal(id);
      expect(lines).to.include('classic');
      await write({ Dockerfile: `FROM ${testImage}\nRUN echo oh && exit 3\n` });
      const error: unknown = await classic
        .buildImage({
          ...details,
          tags: [tag],
          context: (await packContext(directory, { dockerfile: 'Dockerfile' })).tar,
        })
        .catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(OperationFailed);
      expect((error as OperationFailed).logs).to.include('oh');
    });
  });

  describe('pull', () => {
    it('rejects when no registry answers', async () => {
      const error: unknown = await engine
        .pullImage('127.0.0.1:1/nothing:1', { onLine: () => {} })
        .catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(EngineError);
      expect((error as Error).message).to.match(/^pull 127\.0\.0\.1:1\/nothing:1: /);
    });
  });

  it('works through a remote shell as it does directly', async function () {
    const program = join(directory, 'ssh');
    // Runs what follows `--` and the host, which is what ssh does on the other side.
    await writeFile(program, '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift 2\nexec "$@"\n', {
      mode: 0o755,
    });
    if (!(await hasDockerCli())) return this.skip();
    const request = { environment: process.env, platform: process.platform };
    const agent = new DialingAgent(async () => sshConnection({ host: 'h' }, program));
    const remote = createDockerEngine({ ...(await connect(request)), address: 'ssh://h', agent }, request);
    const id = await start(sleeping());
    expect((await remote.listContainers({ all: true, labels: run.labels })).map((one) => one.id)).to.include(id);
    const sent = randomBytes(3_000_000);
    const session = await remote.openExec(id, { command: ['cat'] });
    session.stdin.end(sent);
    session.stderr.resume();
    expect((await buffer(session.stdout)).equals(sent)).to.equal(true);
    expect(await session.exitCode()).to.equal(0);
    agent.destroy();
  });

  it('does not keep the process alive when the work is done', async () => {
    const module = new URL('../../src/lib/apply/open-engine.ts', import.meta.url).href;
    const script = `
      const { openEngine } = await import(${JSON.stringify(module)});
      const { engine } = await openEngine({ environment: process.env, platform: process.platform });
      await engine.listContainers({ all: true });
      console.log('done');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const kill = setTimeout(() => child.kill(), 20_000);
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    clearTimeout(kill);
    expect(code).to.equal(0);
  });
});

async function firstLines(source: AsyncIterable<LogLine>, limit: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of source) if (lines.push(line) >= limit) break;
  return lines;
}

async function hasDockerCli(): Promise<boolean> {
  return (
    (process.env['PATH'] ?? '').split(':').some((directory) => existsSync(join(directory, 'docker'))) &&
    promisify(execFile)('docker', ['system', 'dial-stdio', '--help']).then(
      () => true,
      () => false,
    )
  );
}
