import { expect } from 'chai';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError, Interrupted } from '../../../../src/lib/errors.ts';
import { dockerConfigNotice, findContextName } from '../../../../src/lib/engine/connection/docker-context.ts';
import { RegistryCredentials, registryOf } from '../../../../src/lib/engine/connection/registry-credentials.ts';

const hub = 'https://index.docker.io/v1/';
const auth = (text: string): string => Buffer.from(text).toString('base64');

describe('registry credentials', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-credentials-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function credentials(config: unknown, limitMs?: number): Promise<RegistryCredentials> {
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    return new RegistryCredentials(
      { environment: { DOCKER_CONFIG: directory, PATH: `${directory}:/usr/bin:/bin` }, platform: 'linux' },
      limitMs,
    );
  }
  async function helper(name: string, script: string): Promise<void> {
    const path = join(directory, `docker-credential-${name}`);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }

  for (const text of ['', '{', '[]', 'null', '{"auths":{"ghcr.io":null}}', '{"credHelpers":{"ghcr.io":{}}}'])
    it(`a config.json of ${text === '' ? 'no bytes' : text} has no login, and stops nothing`, async () => {
      await writeFile(join(directory, 'config.json'), text);
      const client = { environment: { DOCKER_CONFIG: directory }, platform: 'linux' } as const;
      expect(await new RegistryCredentials(client).find('ghcr.io/a/b')).to.equal(undefined);
      expect(await new RegistryCredentials(client).all()).to.deep.equal({});
      const isTold = ['{', '[]', 'null'].includes(text);
      expect(dockerConfigNotice(client) ?? '').to.match(isTold ? /config\.json is no.* so it is ignored/ : /^$/);
    });

  it('a config.json that begins with a byte order mark is read', async () => {
    const logins = { auths: { 'ghcr.io': { auth: auth('me:pw') } } };
    await writeFile(join(directory, 'config.json'), `\uFEFF${JSON.stringify(logins)}`);
    const client = { environment: { DOCKER_CONFIG: directory }, platform: 'linux' } as const;
    expect(await new RegistryCredentials(client).find('ghcr.io/a/b')).to.include({ username: 'me' });
  });

  it('a current context that is no text is none', async () => {
    await writeFile(join(directory, 'config.json'), '{"currentContext":{}}');
    const client = { environment: { DOCKER_CONFIG: directory }, platform: 'linux' } as const;
    expect(findContextName(client)).to.equal(undefined);
  });

  const registries = [
    ['busybox', hub],
    ['library/busybox:1', hub],
    ['docker.io/a/b', hub],
    ['ghcr.io/a/b', 'ghcr.io'],
    ['localhost/a', 'localhost'],
    ['host:5000/a:1', 'host:5000'],
  ] as const;
  for (const [reference, registry] of registries) {
    it(`${reference} comes from ${registry}`, () => {
      expect(registryOf(reference)).to.equal(registry);
    });
  }

  it('come from config.json, with colons in passwords, tokens, and keys written as addresses', async () => {
    const logins = await credentials({
      auths: {
        [hub]: { auth: auth('me:a:b') },
        'https://ghcr.io/v2/': { auth: auth('bot:x') },
        'r.example:5000': { identitytoken: 'T' },
      },
    });
    expect(await logins.find('busybox')).to.deep.equal({ username: 'me', password: 'a:b', serveraddress: hub });
    expect(await logins.find('ghcr.io/a/b:1')).to.deep.equal({
      username: 'bot',
      password: 'x',
      serveraddress: 'ghcr.io',
    });
    expect(await logins.find('r.example:5000/a')).to.deep.equal({
      identitytoken: 'T',
      serveraddress: 'r.example:5000',
    });
    expect(await logins.find('other.example/a')).to.equal(undefined);
  });

  it('come from the helper of the registry before the general one', async () => {
    await helper(
      'one',
      'read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"$1-$server\\",\\"Secret\\":\\"s\\"}"',
    );
    await helper('all', 'echo \'{"Username":"<token>","Secret":"tok"}\'');
    const logins = await credentials({
      credsStore: 'all',
      credHelpers: { 'ghcr.io': 'one' },
      auths: { 'ghcr.io': {} },
    });
    expect(await logins.find('ghcr.io/a')).to.deep.equal({
      username: 'get-ghcr.io',
      password: 's',
      serveraddress: 'ghcr.io',
    });
    expect(await logins.find('busybox')).to.deep.equal({ identitytoken: 'tok', serveraddress: hub });
  });

  it('are none when the helper has none, and an error when there is no such helper', async () => {
    await helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    expect(await (await credentials({ credsStore: 'empty' })).find('busybox')).to.equal(undefined);
    const error: unknown = await (
      await credentials({ credsStore: 'absent' })
    )
      .find('busybox')
      .catch((cause: unknown) => cause);
    expect(error).to.have.property('code', 'CREDENTIAL_HELPER_FAILED');
  });

  it('are an error that names the helper when it does not end', async () => {
    await helper('hangs', 'exec sleep 1000');
    const logins = await credentials({ credsStore: 'hangs' }, 50);
    for (const ask of [() => logins.find('busybox'), () => logins.all()]) {
      const error: unknown = await ask().catch((cause: unknown) => cause);
      expect(error)
        .to.be.instanceOf(EngineError)
        .with.property('message', 'docker-credential-hangs did not answer within 0.05 s');
    }
  });

  it('are not waited for once somebody interrupts', async () => {
    await helper('hangs', 'exec sleep 1000');
    const interruption = new AbortController();
    const asked = (await credentials({ credsStore: 'hangs' }))
      .find('busybox', interruption.signal)
      .catch((cause: unknown) => cause);
    interruption.abort();
    expect(await asked).to.be.instanceOf(Interrupted);
  });

  it("are an error with the helper's words when its answer makes no sense", async () => {
    await helper('odd', 'echo "is the keyring locked?" >&2; echo nonsense');
    const error: unknown = await (
      await credentials({ credsStore: 'odd' })
    )
      .find('busybox')
      .catch((cause: unknown) => cause);
    expect(error).to.have.property('message', 'docker-credential-odd gave no usable answer\n  is the keyring locked?');
  });

  it('are listed for all registries at once', async () => {
    await helper(
      'list',
      'if [ "$1" = list ]; then echo \'{"a.example":"x"}\'; else echo \'{"Username":"u","Secret":"s"}\'; fi',
    );
    const logins = await credentials({ credsStore: 'list' });
    expect(await logins.all()).to.deep.equal({
      'a.example': { username: 'u', password: 's', serveraddress: 'a.example' },
    });
  });

  it('are none without a config.json', async () => {
    const logins = new RegistryCredentials({
      environment: { DOCKER_CONFIG: join(directory, 'none') },
      platform: 'linux',
    });
    expect(await logins.find('busybox')).to.equal(undefined);
    expect(await logins.all()).to.deep.equal({});
  });
});
