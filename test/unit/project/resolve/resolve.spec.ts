import { expect } from 'chai';
import { resolveImages } from '../../../../src/lib/project/resolve/images/image-specs.ts';
import { unresolved } from '../../../../src/lib/project/resolve/unresolved.ts';
import { planRun } from '../../../support/plans.ts';
import { facts, observed, runOptions } from '../../../support/specs.ts';
import { error, instanceOf, loadFiles, resolveScene, variableOf } from '../project-files.ts';
import { dns, web, problemsOf, running, service } from './scenes.ts';

describe('resolving a project', () => {
  it('finds the images of its instances and their parents', () => {
    const files = { 'services/web/Dockerfile': 'FROM demo/db AS a\nFROM debian:12\nCOPY --from=a / /\n' };
    const { images } = resolveScene({
      conf: [
        web('one', { build_args: { V: 1, NPM_TOKEN: 'x' }, platform: 'linux/arm64' }),
        { service: 'cache', image: 'redis:7' },
      ],
      files,
    }).desired;
    expect(images.map(({ reference, parents, source }) => [reference, source.kind, parents])).to.deep.equal([
      ['debian:12', 'registry', []],
      ['demo/db:latest', 'folder', ['dockerops/dockerops-base:latest']],
      ['demo/web:latest', 'folder', ['demo/db:latest', 'debian:12']],
      ['dockerops/dockerops-base:latest', 'base', []],
      ['redis:7', 'registry', []],
    ]);
    expect(images[0]?.source).to.deep.include({ platform: 'linux/arm64' });
    expect(images[2]?.source).to.deep.include({
      buildArgs: { V: '1', NPM_TOKEN: 'x' },
      secretArgs: ['NPM_TOKEN'],
      platform: 'linux/arm64',
    });
  });

  it('refuses what has the name of something of another kind that runs', () => {
    const observed = running(resolveScene({ conf: [web('db'), { service: 'db', instance: 'main' }] }));
    const files = { 'services/web-db/Dockerfile': 'FROM dockerops/dockerops-base\n' };
    const messages = (request: object): readonly string[] =>
      resolveScene({ files, observed, request }).problems.map(({ message }) => message);
    expect(messages(service('web-db', { instance: 'x' }))).to.deep.equal([
      'the name web-db is also that of instance "db" of service "web"',
    ]);
    expect(messages(service('db-main', { instance: 'y' }))).to.deep.equal([
      'the name db-main is also that of instance "main" of service "db"',
    ]);
    expect(messages(service('web', { instance: 'db' }))).to.deep.equal([]);
  });

  it('builds on its own services under any name of the project', () => {
    const project = {
      ...loadFiles({
        'services/web/Dockerfile': 'FROM demo/db AS a\nFROM bitnami/db\nCOPY --from=a / /\n',
        'services/db/Dockerfile': 'FROM demo/missing\n',
      }),
    };
    const place = { ...project.place, name: 'second', usualName: 'demo' };
    const { images } = resolveImages([...project.services.values()].slice(0, 2), [], { ...project, place });
    expect(images.map(({ reference, parents, source }) => [reference, parents, source.kind])).to.deep.equal([
      ['bitnami/db:latest', [], 'registry'],
      ['demo/missing:latest', [], 'registry'],
      ['second/db:latest', ['demo/missing:latest'], 'folder'],
      ['second/web:latest', ['second/db:latest', 'bitnami/db:latest'], 'folder'],
    ]);
    expect(images.at(-1)?.source).to.deep.include({
      parentNames: { 'demo/db': 'second/db:latest' },
    });
  });

  it('says where it is built on an image of another project that has a service of the same name', () => {
    const labels = { 'dockerops.project': 'other', 'dockerops.service': 'db' };
    const image = { id: 'sha256:1', references: ['other/db:latest'], labels, created: 1, exposed: [] };
    const files = { 'services/web/Dockerfile': 'FROM other/db\n' };
    const noticesWith = (images: readonly (typeof image)[]): readonly string[] =>
      resolveScene({ conf: [web('one')], files, observed: { images } }).notices;
    expect(noticesWith([image])).to.deep.equal([
      'services/web/Dockerfile:1:1: other/db is an image of the project other; ' +
        'for the service db of this project, write demo/db',
    ]);
    expect(noticesWith([{ ...image, labels: { ...labels, 'dockerops.service': 'base' } }])).to.deep.equal([]);
    expect(noticesWith([])).to.deep.equal([]);
  });

  it('publishes the ports of an image of a registry once they are known', () => {
    const conf = [{ service: 'cache', instance: 'one', image: 'redis:7', publish_ports: true }];
    const image = { id: 'sha256:1', references: ['redis:7'], labels: {}, created: 1, exposed: ['6379/tcp', '53/udp'] };
    const here = resolveScene({ conf, observed: { images: [image] } });
    expect(instanceOf(here, 'cache-one').ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53 },
      { container: 6379, protocol: 'tcp', host: 6379 },
    ]);
    const away = resolveScene({ conf });
    expect(instanceOf(away, 'cache-one').ports).to.deep.equal([]);
    expect(away.notices).to.deep.equal(['the ports of cache-one are known once redis:7 has been pulled']);
  });

  it('reports problems of a service only when it is used', () => {
    const files = { 'services/db/Dockerfile': 'FROM dockerops/dockerops-base-ubuntu14.04\n', 'services/empty/x': '' };
    expect(problemsOf({ conf: [web('one')], files })).to.deep.equal([]);
    expect(problemsOf({ conf: [{ service: 'db' }], files })).to.deep.equal([
      {
        where: 'services/db/Dockerfile:1:1',
        message: 'dockerops/dockerops-base-ubuntu14.04 no longer exists: base images are built on Debian',
        suggestion: 'write FROM dockerops/dockerops-base, or convert the project: dockerops import .',
      },
    ]);
    expect(problemsOf({ conf: [{ service: 'empty' }], files })[0]).to.include({
      where: 'services/empty/Dockerfile',
      message: 'service "empty" has no Dockerfile',
    });
  });

  it('ends when images are built on each other', () => {
    const files = { 'services/web/Dockerfile': 'FROM demo/db\n', 'services/db/Dockerfile': 'FROM demo/web\n' };
    expect(resolveScene({ conf: [web('one')], files }).desired.images.map(({ reference }) => reference)).to.deep.equal([
      'demo/db:latest',
      'demo/web:latest',
    ]);
  });

  it('takes its subnet from the range in the environment', () => {
    expect(resolveScene({ conf: [] }).desired.network).to.deep.equal({
      name: 'dockerops-demo',
      range: '10.210.0.0/16',
      prefix: 22,
    });
    expect(resolveScene({ conf: [], environment: { DOCKEROPS_SUBNETS: '10.9.0.0/24' } }).desired.network).to.deep.equal(
      { name: 'dockerops-demo', range: '10.9.0.0/24', prefix: 24 },
    );
    expect(problemsOf({ conf: [], environment: { DOCKEROPS_SUBNETS: '10.9' } })).to.deep.equal([
      {
        where: 'DOCKEROPS_SUBNETS',
        message: '"10.9" is not a valid address range for networks',
        suggestion: 'write it like 10.210.0.0/16; sizes are /8 to /28',
      },
    ]);
  });

  it('gives the same result for the same input', () => {
    const scene = {
      conf: [dns, web('one', { links: ['db-*:db'], env_vars: { B: '1', A: '2' } }), { service: 'db', instance: 'a' }],
    };
    const [first, second] = [resolveScene(scene), resolveScene(scene)].map(({ instances, desired }) =>
      JSON.stringify([instances, desired]).replaceAll(/dockerops-project-\w+/g, ''),
    );
    expect(first).to.equal(second);
  });

  it('gives a plan without operations once everything runs and is healthy', () => {
    const conf = [
      dns,
      web('one', { links: ['db-*:db'], env_vars: { DB_PASSWORD: 'x' } }),
      { service: 'db', instance: 'a' },
      web(null),
    ];
    const first = resolveScene({ conf });
    const images = first.desired.images.map(({ reference }) => ({
      id: `sha256:${reference.replace(/^.*\/([^/]*):latest$/, '$1')}`,
      references: [reference],
      labels: {},
      created: 1,
    }));
    const containers = (running(first).containers ?? []).map(({ ownership, ...container }) => ({
      ...container,
      health: 'healthy' as const,
      ...(ownership === undefined ? {} : { ownership: { ...ownership, linkAddresses: {} } }),
    }));
    const now = observed({ containers, images });
    const again = resolveScene({ conf, observed: now });
    const plan = planRun({ ...again.desired, owner: first.desired.owner }, now, facts, runOptions);
    expect(
      plan.verdicts
        .filter(({ verdict }) => verdict !== 'keep')
        .map(({ key, verdict, reason }) => [key, verdict, reason]),
    ).to.deep.equal([]);
    expect([plan.operations.map(({ id }) => id), plan.blockers]).to.deep.equal([[], []]);
  });

  it('makes one error of all problems and missing variables', () => {
    const missing = unresolved(
      resolveScene({ conf: [web('one', { env_vars: { A: null } }), web('two', { env_vars: { A: null, B: null } })] }),
    );
    expect(missing.message).to.equal('missing: A, B');
    expect(missing.problems[0]).to.deep.equal({
      where: 'run.conf:6:4',
      message: 'web-one needs A: run.conf requires a value',
      suggestion: 'A=<value> dockerops …, or in host.conf: "A": "<value>"',
    });
    expect(
      unresolved(resolveScene({ conf: [web('one', { env_vars: { A: null } }), { service: 'nobody' }] })).message,
    ).to.equal('the project has 2 problems');
  });

  it('reads all files that entries name, and reports all their problems at once', () => {
    const files = {
      '.env': 'A=file\nB=file\n',
      '.first': 'A=first\n',
      'services/.cache/x': '',
      'services/web/required_env_vars.json': '["A", "C"]',
      'host.conf': '{"C": "host"}',
    };
    const resolution = resolveScene({
      conf: [web('one', { env_file: ['.first', '.env'], env_vars: { B: 'conf' } })],
      files,
    });
    expect([...loadFiles(files).services.keys()].filter((name) => !name.startsWith('dockerops-'))).to.deep.equal([
      'web',
    ]);
    expect(['A', 'B', 'C'].map((name) => variableOf(resolution, 'web-one', name))).to.deep.equal([
      ['file'],
      ['conf'],
      ['host'],
    ]);
    const broken = error(() =>
      resolveScene({
        conf: [web('one', { env_file: ['.env', 'none'], sleep: 'x' })],
        files: { '.env': 'nonsense', 'host.conf': '[]' },
      }),
    );
    expect(broken.message).to.equal('the configuration has 4 problems');
    expect(broken.problems.map(({ where }) => where)).to.deep.equal([
      'run.conf:9:12',
      'run.conf:5:3',
      '.env:1:1',
      'host.conf:1:1',
    ]);
  });
});
