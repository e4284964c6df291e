import { expect } from 'chai';
import { hostname } from 'node:os';
import { findDrift } from '../../../../src/lib/use-cases/inspect/drift.ts';
import type { ObservedProject } from '../../../../src/lib/use-cases/open-project.ts';
import { previewRun } from '../../../../src/lib/use-cases/run-instances.ts';
import type { ObservedContainer } from '../../../../src/lib/model/observed-state.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { containerOf, facts, runOptions } from '../../../support/specs.ts';
import { instanceOf, loadFiles } from '../../project/project-files.ts';
import { resolveProject } from '../../../../src/lib/project/resolve/resolve.ts';
import { observed } from '../../../support/specs.ts';
import { seenPlatform } from '../observed-project.ts';
import { plainContainer } from '../../../support/plain-container.ts';

const files = {
  'services/web/Dockerfile': 'FROM debian:12\nEXPOSE 80\n',
  'run.conf':
    '[{"service": "web", "instance": "main", "publish_ports": true, "env_vars": {"SERVICE_IP": "from_lo"}}, ' +
    '{"service": "web", "instance": "plain"}]',
};

/** An engine behind an address, whose host has a name. */
function engineAt(address: string, name: string): FakeEngine {
  const engine = new FakeEngine();
  const facts = engine.facts.bind(engine);
  return Object.assign(engine, { address, facts: async () => ({ ...(await facts()), hostname: name }) });
}

/** As it was made when lo had this address. */
function madeWith(opened: ObservedProject, ipv4: string, key = 'web-main'): ObservedContainer {
  const facts = { local: true, hostname: 'there', interfaces: [{ name: 'lo', ipv4: [ipv4] }], client: opened.client };
  const resolution = resolveProject({
    project: loadFiles(files),
    request: { target: 'all', switches: {} },
    facts,
    observed: observed(),
    environment: {},
    existingKeys: new Set(),
    newName: () => '',
  });
  return containerOf(instanceOf(resolution, key), {}, opened.owner);
}

describe('drift where a variable is an address of the host', () => {
  it("is compared with this machine's interfaces when the engine runs here", async () => {
    const opened = seenPlatform(files, {}, engineAt('unix:///run/docker.sock', hostname()));
    expect(await findDrift(opened, [madeWith(opened, '127.0.0.1')])).to.deep.equal(new Map());
    expect([...(await findDrift(opened, [madeWith(opened, '192.0.2.9')])).keys()]).to.deep.equal(['demo-web-main']);
  });

  it('is not looked for while files have mistakes', async () => {
    const opened = seenPlatform(files, {}, engineAt('unix:///run/docker.sock', hostname()));
    const project = { ...opened.project, problems: [{ message: 'any' }] };
    expect(await findDrift({ ...opened, project }, [madeWith(opened, '192.0.2.9')])).to.deep.equal(new Map());
  });

  it('is not compared with them when only the socket is here', async () => {
    const opened = seenPlatform(files, {}, engineAt('unix:///run/docker.sock', 'docker-desktop'));
    expect(await findDrift(opened, [madeWith(opened, '192.0.2.9')])).to.deep.equal(new Map());
  });

  it('takes an interface of another host as instances were told it, and sees everything else', async () => {
    const opened = seenPlatform(
      { ...files, 'host.conf': '{"PUBLISH_ON_IP": "192.0.2.1"}' },
      {},
      engineAt('tcp://there:2375', 'there'),
    );
    const drift = await findDrift(opened, [madeWith(opened, '192.0.2.9'), madeWith(opened, '192.0.2.9', 'web-plain')]);
    expect(drift).to.deep.equal(new Map([['demo-web-main', ['ports.80/tcp']]]));
  });

  it('ignores a changed address of published ports, and nothing else', async () => {
    const published = { ...files, 'run.conf': '[{"service": "web", "instance": "main", "publish_ports": true}]' };
    const environment = { PUBLISH_ON_IP: 'from_lo' };
    const opened = seenPlatform(
      {
        ...published,
        'run.conf': '[{"service": "web", "instance": "main", "publish_ports": true, "env_vars": {"TITLE": "new"}}]',
      },
      environment,
      engineAt('tcp://there:2375', 'there'),
    );
    const here = {
      local: true,
      hostname: 'there',
      interfaces: [{ name: 'lo', ipv4: ['192.0.2.9'] }],
      client: opened.client,
    };
    const resolution = resolveProject({
      project: loadFiles(published),
      request: { target: 'all', switches: {} },
      facts: here,
      observed: observed(),
      environment,
      existingKeys: new Set(),
      newName: () => '',
    });
    expect(await findDrift(opened, [containerOf(instanceOf(resolution, 'web-main'), {}, opened.owner)])).to.deep.equal(
      new Map([['demo-web-main', ['environment.TITLE']]]),
    );
  });

  it('needs no word of the engine where nobody asks for an address of the host', async () => {
    const engine = engineAt('unix:///run/docker.sock', hostname());
    const opened = seenPlatform({ ...files, 'run.conf': '[{"service": "web", "instance": "plain"}]' }, {}, engine);
    await findDrift(opened, [madeWith(opened, '192.0.2.9', 'web-plain')]);
    expect(engine.calls).to.deep.equal([]);
  });

  it('a dry run shows by name what no instance was told yet', async () => {
    const engine = engineAt('tcp://there:2375', 'there');
    engine.addImage('demo/web:latest');
    const plan = await previewRun(
      seenPlatform(files, {}, engine),
      { target: 'all', switches: {} },
      runOptions,
      () => {},
    );
    expect(JSON.stringify(plan)).to.contain('<lo of host there>');
    expect(engine.calls.filter(({ method }) => method === 'createContainer')).to.deep.equal([]);
  });
});

describe('drift of secrets', () => {
  const secretive = {
    'services/web/Dockerfile': 'FROM debian:12\n',
    'run.conf':
      '[{"service": "web", "instance": "main", "env_vars": {"DB_PASSWORD": "$DB_PASSWORD"}}, ' +
      '{"service": "web", "instance": "plain"}]',
  };

  function withPassword(secret: string): Readonly<Record<string, string>> {
    return { ...secretive, 'host.conf': JSON.stringify({ DB_PASSWORD: secret }) };
  }

  /** Both as they were made with a password, on an engine that keeps what it is asked. */
  async function madeWith(
    secret: string,
  ): Promise<{ readonly engine: FakeEngine; readonly containers: readonly ObservedContainer[] }> {
    const engine = new FakeEngine();
    engine.addImage('debian:12');
    const resolution = resolveProject({
      project: loadFiles(withPassword(secret)),
      request: { target: 'all', switches: {} },
      facts,
      observed: observed(),
      environment: {},
      existingKeys: new Set(),
      newName: () => '',
    });
    const containers = await Promise.all(
      resolution.instances.map(async ({ spec }) => {
        const environment = spec.environment.map(({ name, value }) => `${name}=${value.join('')}`);
        const { id } = await engine.createContainer(spec.container, plainContainer('debian:12', { environment }));
        return containerOf(spec, { id }, seenPlatform(secretive).owner);
      }),
    );
    engine.calls.length = 0;
    return { engine, containers };
  }

  it('is told without a value, for one question about each instance that has some', async () => {
    const { engine, containers } = await madeWith('hush-1');
    expect(await findDrift(seenPlatform(withPassword('hush-1'), {}, engine), containers)).to.deep.equal(new Map());
    expect(engine.calls.map(({ method }) => method)).to.deep.equal(['inspectContainer']);
    expect(await findDrift(seenPlatform(withPassword('hush-2'), {}, engine), containers)).to.deep.equal(
      new Map([['demo-web-main', ['environment.DB_PASSWORD']]]),
    );
  });

  it('that the engine does not tell is said of its instance, and the others are told', async () => {
    const { engine, containers } = await madeWith('hush-1');
    engine.failNext('inspectContainer');
    expect(await findDrift(seenPlatform(withPassword('hush-2'), {}, engine), containers)).to.deep.equal(
      new Map([['demo-web-main', ['its secrets cannot be read']]]),
    );
  });

  it('is looked for among those that are shown, and no others', async () => {
    const { engine, containers } = await madeWith('hush-1');
    const shown = containers.filter(({ name }) => name === 'demo-web-plain');
    expect(await findDrift(seenPlatform(withPassword('hush-2'), {}, engine), containers, shown)).to.deep.equal(
      new Map(),
    );
    expect(engine.calls).to.deep.equal([]);
  });
});

describe('drift where what is wanted of an instance cannot be told', () => {
  const wanting = {
    'services/web/Dockerfile': 'FROM debian:12\n',
    'run.conf':
      '[{"service": "web", "instance": "main", "env_vars": {"COLOUR": null}}, ' +
      '{"service": "web", "instance": "plain", "env_vars": {"SHAPE": "round"}}]',
  };

  function madeOf(changed: Readonly<Record<string, string>>, colour: string): readonly ObservedContainer[] {
    const project = loadFiles({ ...wanting, ...changed });
    const resolution = resolveProject({
      project,
      request: { target: 'all', switches: {} },
      facts,
      observed: observed(),
      environment: { COLOUR: colour },
      existingKeys: new Set(),
      newName: () => '',
    });
    return resolution.instances.map(({ spec }) => containerOf(spec, {}, seenPlatform(wanting).owner));
  }

  const roundWas = { 'run.conf': wanting['run.conf'].replace('round', 'square') };

  it('for want of a value: its name is told, and the others are compared', async () => {
    const more = {
      ...wanting,
      'run.conf': wanting['run.conf'].replace('"COLOUR": null', '"COLOUR": null, "SIZE": null'),
    };
    expect(await findDrift(seenPlatform(more), madeOf(roundWas, 'red'))).to.deep.equal(
      new Map([
        ['demo-web-main', ['SIZE has no value']],
        ['demo-web-plain', ['environment.SHAPE']],
      ]),
    );
    expect(await findDrift(seenPlatform(wanting, { COLOUR: 'red' }), madeOf({}, 'red'))).to.deep.equal(new Map());
  });

  it('because its entry is wrong: where to look is told, and the others are compared', async () => {
    const wrong = {
      ...wanting,
      'run.conf': wanting['run.conf'].replace('"instance": "main"', '"instance": "main", "depends_on": ["nobody"]'),
    };
    expect(await findDrift(seenPlatform(wrong, { COLOUR: 'red' }), madeOf(roundWas, 'red'))).to.deep.equal(
      new Map([
        ['demo-web-main', ['see dockerops validate']],
        ['demo-web-plain', ['environment.SHAPE']],
      ]),
    );
  });
});

describe('drift where the environment of a command gave values', () => {
  const files = {
    'services/web/Dockerfile': 'FROM debian:12\nEXPOSE 80\n',
    'run.conf':
      '[{"service": "web", "instance": "main", "publish_ports": true, "secrets": ["token"], ' +
      '"env_vars": {"LEVEL": "info", "DB_PASSWORD": null, "URL": null}}, {"service": "web", "instance": "other"}]',
  };
  const given = { LEVEL: 'debug', DB_PASSWORD: 'hush', URL: 'http://a:b@c', TOKEN: 'x', PUBLISH_ON_IP: '192.0.2.1' };

  function madeIn(environment: Readonly<Record<string, string>>): readonly ObservedContainer[] {
    const resolution = resolveProject({
      project: loadFiles(files),
      request: { target: 'all', switches: {} },
      facts,
      observed: observed(),
      environment,
      existingKeys: new Set(),
      newName: () => '',
    });
    return resolution.instances.map(({ spec }) => containerOf(spec, {}, seenPlatform(files).owner));
  }

  it('is none in a shell that has other values or none, and asks the engine nothing', async () => {
    const engine = new FakeEngine();
    for (const environment of [{}, { LEVEL: 'warn', DB_PASSWORD: 'other', PUBLISH_ON_IP: '192.0.2.2' }, given])
      expect(await findDrift(seenPlatform(files, environment, engine), madeIn(given))).to.deep.equal(new Map());
    expect(engine.calls).to.deep.equal([]);
  });

  it('is none where only this shell has a value, and is seen where a file has another one', async () => {
    const needed = { DB_PASSWORD: 'hush', URL: 'http://c', TOKEN: 'x' };
    expect(await findDrift(seenPlatform(files, { LEVEL: 'debug' }), madeIn(needed))).to.deep.equal(new Map());
    const changed = { ...files, 'run.conf': files['run.conf'].replace('"info"', '"warn", "NEW": 1') };
    expect(await findDrift(seenPlatform(changed, { LEVEL: 'debug' }), madeIn(needed))).to.deep.equal(
      new Map([['demo-web-main', ['environment.LEVEL', 'environment.NEW']]]),
    );
    expect(await findDrift(seenPlatform(changed, {}), madeIn(given))).to.deep.equal(
      new Map([['demo-web-main', ['environment.NEW']]]),
    );
  });

  it('is found as before for a container that does not tell what it was given', async () => {
    const containers = madeIn(given).map((container) => ({
      ...container,
      labels: { ...container.labels, 'dockerops.from_environment': '?' },
    }));
    expect(await findDrift(seenPlatform(files, { ...given, LEVEL: 'warn' }), containers)).to.deep.equal(
      new Map([['demo-web-main', ['environment.LEVEL']]]),
    );
  });
});
