import { expect } from 'chai';
import { join } from 'node:path';
import { label } from '../../../../src/lib/labels.ts';
import { instanceLabels } from '../../../../src/lib/plan/instance/instance-labels.ts';
import { explainServices } from '../../../../src/lib/use-cases/inspect/explain-service.ts';
import type { ServiceInfo } from '../../../../src/lib/use-cases/inspect/service-info.ts';
import type { ObservedProject } from '../../../../src/lib/use-cases/open-project.ts';
import type { LoadedProject } from '../../../../src/lib/project/load-project.ts';
import { renderService } from '../../../../src/lib/cli/render/service-text.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { spec } from '../../../support/specs.ts';
import { seenPlatform } from '../observed-project.ts';
import { plainContainer } from '../../../support/plain-container.ts';

const files = {
  'services/web/Dockerfile': 'FROM debian:12\nEXPOSE 80\n',
  'run.conf':
    '[\n' +
    '  {"service": "web", "instance": "main", "group": "front", "env_vars": {"A": "new"}},\n' +
    '  {"service": "pg", "instance": "main", "image": "postgres:17"}\n' +
    ']',
};

async function explainService(opened: ObservedProject, name: string): Promise<ServiceInfo> {
  const [info, ...others] = await explainServices(opened, name);
  if (info === undefined || others.length > 0) throw new Error(`${name} is not one service`);
  return info;
}

describe('explaining a service', () => {
  let engine: FakeEngine;
  let opened: ObservedProject;

  beforeEach(() => {
    engine = new FakeEngine();
    opened = seenPlatform(files, {}, engine);
  });

  async function run(instance: string): Promise<void> {
    const wanted = spec('web', instance, { environment: [{ name: 'A', value: ['old'], secret: false }] });
    const labels = Object.fromEntries(
      Object.entries(instanceLabels(wanted, opened.owner)).map(([name, text]) => [name, text.join('')]),
    );
    const { id } = await engine.createContainer(
      wanted.container,
      plainContainer('demo/web', { command: ['sleep'], labels }),
    );
    await engine.startContainer(id);
  }

  it('tells of one that was never built what its files say', async () => {
    const info = await explainService(opened, 'web');
    expect(info.image).to.include({ reference: 'demo/web:latest', state: 'missing' });
    expect(info.image.parents).to.deep.equal(['debian:12']);
    expect(info.ports).to.deep.equal([{ container: 80, protocol: 'tcp', where: 'services/web/Dockerfile:2:1' }]);
    expect(info.entries).to.deep.equal([{ where: 'run.conf:2:3', instance: 'main', group: 'front' }]);
    expect(info.instances.map(({ key, state }) => [key, state])).to.deep.equal([['web-main', 'none']]);
    expect(renderService(info, noStyle))
      .to.contain('web-main not created, type standard (default)\n')
      .and.to.match(/publish_ports +no +\(instance type standard\)/);
  });

  it('takes * for the services of the project, those that are there, and base services that are used', async () => {
    engine.addImage('demo/web:latest');
    await run('main');
    const names = async (words: string, platform = opened): Promise<readonly string[]> =>
      (await explainServices(platform, words)).map(({ service }) => service);
    expect(await names('*')).to.deep.equal(['pg', 'web']);
    expect(await names('w*')).to.deep.equal(['web']);
    expect(await names('web-m*')).to.deep.equal(['web']);
    const withDns = {
      ...seenPlatform({ ...files, 'run.conf': '[{"service": "dockerops-dns"}]' }, {}, engine),
      baseImagesDirectory: join(import.meta.dirname, '../../../../base-image'),
    };
    expect(await names('*', withDns)).to.deep.equal(['dockerops-dns', 'web']);
    expect(await names('x*').catch((error: unknown) => error)).to.include({ code: 'NO_INSTANCE', exitCode: 2 });
  });

  it('tells whether its image is older than its source', async () => {
    const {
      image: { sourceHash = '' },
    } = await explainService(opened, 'web');
    engine.addImage('demo/web:latest', { [label.sourceHash]: sourceHash });
    expect((await explainService(opened, 'web')).image.state).to.equal('current');
    engine.images.clear();
    engine.addImage('demo/web:latest', { [label.sourceHash]: 'v1:older' });
    expect((await explainService(opened, 'web')).image.state).to.equal('older than its source');
    engine.images.clear();
    engine.addImage('demo/web:latest');
    expect((await explainService(opened, 'web')).image.state).to.equal('not built by dockerops');
  });

  it('tells why an instance does not work, with its last lines', async () => {
    engine.addImage('demo/web:latest');
    await run('main');
    const [container] = engine.containers.values();
    Object.assign(container!, { state: 'exited', exitCode: 3 });
    container!.logs.push({ stream: 'stderr', time: '2026-01-01T00:00:00Z', text: 'its own reason' });
    expect(renderService(await explainService(opened, 'web'), noStyle)).to.contain(
      '  demo-web-main is exited, exit code 3\n  last lines:\n    | its own reason\n',
    );
  });

  it('tells in what each instance differs and where that is written, also of one that was made by hand', async () => {
    engine.addImage('demo/web:latest');
    await run('main');
    await run('probe');
    const { instances } = await explainService(opened, 'web');
    expect(instances.map(({ key, state }) => [key, state])).to.deep.equal([
      ['web-main', 'running'],
      ['web-probe', 'running'],
    ]);
    expect(instances[0]?.differences).to.deep.include({
      field: 'environment.A',
      from: 'old',
      to: 'new',
      origin: 'run.conf:2:73',
    });
    expect(instances[1]?.differences).to.deep.include({ field: 'environment.A', from: 'old', to: '(none)' });
  });

  it('tells what is wrong in run.conf in place of what differs', async () => {
    const entry = (service: string, instance: string, more: string): string =>
      `{"service": "${service}", "instance": "${instance}"${more}}`;
    const conf =
      `[${entry('web', 'main', ', "depends_on": ["web-x"], "env_vars": {"A": "new"}')},\n` +
      `${entry('web', 'x', ', "depends_on": ["web-main"]')},\n` +
      `${entry('pg', 'main', ', "image": "postgres:17", "depends_on": ["wbe"]')}]`;
    opened = seenPlatform({ ...files, 'run.conf': conf }, {}, engine);
    engine.addImage('demo/web:latest');
    await run('main');
    const { problems, instances } = await explainService(opened, 'web');
    expect(problems.map(({ message }) => message)).to.deep.equal([
      'these instances wait for each other: web-main -> web-x -> web-main',
    ]);
    expect(instances.map(({ key, state, differences }) => [key, state, differences])).to.deep.equal([
      ['web-main', 'running', []],
      ['web-x', 'none', []],
    ]);
    expect((await explainService(opened, 'pg')).problems.map(({ where }) => where)).to.deep.equal([
      'run.conf:2:37',
      'run.conf:3:78',
    ]);
  });

  it('tells what differs although another service has a problem', async () => {
    opened = seenPlatform(
      { ...files, 'run.conf': files['run.conf'].replace('"postgres:17"', '"postgres:17", "depends_on": ["wbe"]') },
      {},
      engine,
    );
    engine.addImage('demo/web:latest');
    await run('main');
    const { problems, instances } = await explainService(opened, 'web');
    expect(problems).to.deep.equal([]);
    expect(instances[0]?.differences.map(({ field }) => field)).to.include('environment.A');
  });

  it('knows images of a registry', async () => {
    engine.addImage('postgres:17');
    expect((await explainService(opened, 'pg')).image).to.include({
      reference: 'postgres:17',
      state: 'from a registry',
    });
  });

  it('changes nothing on the engine', async () => {
    await explainService(opened, 'web');
    expect(new Set(engine.calls.map(({ method }) => method))).to.deep.equal(
      new Set(['facts', 'listContainers', 'listNetworks', 'listVolumes', 'listImages', 'findImage']),
    );
  });

  it('shows an instance as its container was made where the files have mistakes, and compares nothing', async () => {
    engine.addImage('demo/web');
    await run('main');
    await run('spare');
    const mistaken = (entries: LoadedProject['conf']['entries']): ObservedProject => {
      const conf = { ...opened.project.conf, entries };
      return { ...opened, project: { ...opened.project, conf, problems: [{ message: 'any' }] } };
    };
    const { entries } = opened.project.conf;
    const left = await explainService(mistaken(entries), 'web');
    expect(left.instances.map(({ key, type, differences }) => [key, type.origin.source, differences])).to.deep.equal([
      ['web-main', 'default', []],
      ['web-spare', 'its container', []],
    ]);
    const without = await explainService(mistaken([]), 'web');
    expect(without.instances.map(({ key, state }) => [key, state])).to.deep.equal([
      ['web-main', 'running'],
      ['web-spare', 'running'],
    ]);
  });

  it('shows the instances of a service that the files do not have', async () => {
    engine.addImage('demo/web');
    await run('main');
    const services = new Map([...opened.project.services].filter(([name]) => name !== 'web'));
    const info = await explainService({ ...opened, project: { ...opened.project, services } }, 'web');
    expect(info).to.deep.include({ kind: 'unknown', entries: [] });
    expect(renderService(info, noStyle)).to.match(
      /^web \(not known to the files of the project\)\n(.*\n)*web-main running/,
    );
  });
});
