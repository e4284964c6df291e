import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../../src/lib/engine/connection/connect.ts';
import { EngineError, EngineUnreachable, UserError } from '../../../../src/lib/errors.ts';
import { serveEngine } from '../../../support/engine-server.ts';

describe('connect', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'dockerops-home-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const request = (environment: Readonly<Record<string, string>> = {}, host?: string) => ({
    environment: { HOME: home, ...environment },
    platform: 'linux' as const,
    ...(host === undefined ? {} : { host }),
  });
  async function writeContext(name: string, host: string): Promise<void> {
    const directory = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
    await mkdir(directory, { recursive: true });
    await writeFile(
      join(directory, 'meta.json'),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }),
    );
    await writeFile(join(home, '.docker/config.json'), JSON.stringify({ currentContext: name }));
  }

  it('takes --host before DOCKER_HOST, and DOCKER_HOST before the context', async () => {
    await using first = await serveEngine({});
    await using second = await serveEngine({});
    await using third = await serveEngine({});
    await writeContext('mine', `unix://${third.socket}`);
    expect(
      (await connect(request({ DOCKER_HOST: `unix://${second.socket}` }, `unix://${first.socket}`))).address,
    ).to.equal(`unix://${first.socket}`);
    expect((await connect(request({ DOCKER_HOST: `unix://${second.socket}` }))).address).to.equal(
      `unix://${second.socket}`,
    );
    expect((await connect(request())).address).to.equal(`unix://${third.socket}`);
  });

  it('takes DOCKER_CONTEXT before the current one, and finds contexts in DOCKER_CONFIG', async () => {
    await using engine = await serveEngine({});
    await writeContext('other', `unix://${engine.socket}`);
    await writeFile(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'default' }));
    expect((await connect(request({ DOCKER_CONTEXT: 'other' }))).address).to.equal(`unix://${engine.socket}`);
    const elsewhere = { HOME: '/nowhere', DOCKER_CONFIG: join(home, '.docker'), DOCKER_CONTEXT: 'other' };
    expect((await connect(request(elsewhere))).address).to.equal(`unix://${engine.socket}`);
  });

  it('does not take another engine when the chosen one is away', async () => {
    const error = await failure(connect(request({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })));
    expect(error).to.be.instanceOf(EngineUnreachable).with.property('code', 'ENGINE_UNREACHABLE');
    expect(error.message)
      .to.include('DOCKER_HOST (unix:///nowhere/docker.sock): not there')
      .and.not.include('/var/run');
  });

  it('names a context that does not exist', async () => {
    expect(await failure(connect(request({ DOCKER_CONTEXT: 'gone' }))))
      .to.be.instanceOf(UserError)
      .with.property('code', 'CONTEXT_MISSING');
  });

  it('says that permission is missing, and how to get it', async function () {
    if (process.getuid?.() === 0) return this.skip();
    const error = await failure(connect(request({}, 'unix:///root/docker.sock')));
    expect(error).to.have.property('code', 'ENGINE_NO_PERMISSION');
    expect(error)
      .to.have.property('suggestions')
      .that.satisfies((all: readonly string[]) => all.join().includes('usermod -aG docker'));
  });

  for (const [offered, agreed] of [
    ['1.41', '1.41'],
    ['1.44', '1.44'],
    ['1.51', '1.51'],
    ['1.99', '1.51'],
  ] as const) {
    it(`agrees on ${agreed} with an engine that speaks ${offered}`, async () => {
      await using engine = await serveEngine({}, { 'Api-Version': offered });
      expect((await connect(request({}, `unix://${engine.socket}`))).apiVersion).to.equal(agreed);
    });
  }

  for (const offered of ['1.40', '1.24', '']) {
    it(`refuses an engine that speaks ${offered === '' ? 'no version' : offered}`, async () => {
      await using engine = await serveEngine({}, { 'Api-Version': offered });
      const error = await failure(connect(request({}, `unix://${engine.socket}`)));
      expect(error).to.be.instanceOf(EngineError).with.property('code', 'ENGINE_TOO_OLD');
    });
  }

  it('uses BuildKit with Docker and the classic builder with podman', async () => {
    await using docker = await serveEngine({}, { 'Api-Version': '1.41', 'Builder-Version': '1' });
    await using podman = await serveEngine({}, { 'Api-Version': '1.41', 'Libpod-API-Version': '4.3.1' });
    expect((await connect(request({}, `unix://${docker.socket}`))).builder).to.equal('buildkit');
    expect((await connect(request({}, `unix://${podman.socket}`))).builder).to.equal('classic');
  });

  for (const address of [
    'nonsense://x',
    'tcp://',
    'unix://',
    'tcp://host/path',
    'ssh://-oProxyCommand=id',
    'tcp://a b',
  ]) {
    it(`refuses "${address}" as an address`, async () => {
      expect(await failure(connect(request({}, address))))
        .to.be.instanceOf(UserError)
        .with.property('code', 'ENGINE_ADDRESS_INVALID');
    });
  }
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as Error,
  );
}
