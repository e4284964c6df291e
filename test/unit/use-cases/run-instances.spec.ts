import { expect } from 'chai';
import { instanceLabels } from '../../../src/lib/plan/instance/instance-labels.ts';
import { previewRun } from '../../../src/lib/use-cases/run-instances.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { spec } from '../../support/specs.ts';
import { seenPlatform } from './observed-project.ts';
import { plainContainer } from '../../support/plain-container.ts';

const entries = [
  '"service": "web", "replicas": 3',
  '"service": "db", "instance": "1"',
  '"service": "db", "instance": "2"',
];
const files = { 'run.conf': `[${entries.map((entry) => `{${entry}, "image": "demo/any"}`).join(', ')}]` };
const options = { replace: 'always', build: 'missing', wait: true, timeoutSeconds: undefined } as const;

/** The instances `web-1`, `web-2`, `web-3`, `db-1` and `db-2` run. */
async function running(): Promise<ReturnType<typeof seenPlatform>> {
  const engine = new FakeEngine();
  engine.addImage('demo/any:latest');
  const opened = seenPlatform(files, {}, engine);
  for (const [service, instance] of ['web 1', 'web 2', 'web 3', 'db 1', 'db 2'].map((words) => words.split(' '))) {
    const labels = instanceLabels(spec(service ?? '', instance ?? ''), opened.owner);
    const { id } = await engine.createContainer(
      `demo-${service}-${instance}`,
      plainContainer('demo/any', {
        labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, text.join('')])),
      }),
    );
    await engine.startContainer(id);
  }
  return opened;
}

describe('running all', () => {
  it('replaces replicas one after the other, and others at once', async () => {
    const { operations } = await previewRun(await running(), { target: 'all', switches: {} }, options, () => {});
    const waits = operations
      .filter(({ id }) => id.startsWith('hold back '))
      .map(({ id, needs }) => [id.slice('hold back '.length), ...needs.filter((need) => need.startsWith('ready '))]);
    expect(waits.sort()).to.deep.equal([
      ['db-1'],
      ['db-2'],
      ['web-1'],
      ['web-2', 'ready web-1'],
      ['web-3', 'ready web-2'],
    ]);
  });

  it('asks for what it needs, each thing once, and for no list of images, whatever else the engine has', async () => {
    const engine = new FakeEngine();
    for (const name of ['demo/web', 'demo/db', ...Array.from({ length: 20 }, (_, index) => `other/s${String(index)}`)])
      engine.addImage(`${name}:latest`);
    const opened = seenPlatform(
      {
        'run.conf': '[{"service": "web", "image": "demo/any"}, {"service": "db"}]',
        'services/db/Dockerfile': 'FROM alpine:3\n',
      },
      {},
      engine,
    );
    await previewRun(opened, { target: 'all', switches: {} }, options, () => {});
    expect(engine.calls.map(({ method, subject }) => `${method} ${subject}`.trim()).sort()).to.deep.equal([
      'facts',
      'findImage alpine:3',
      'findImage demo/any:latest',
      'findImage demo/db:latest',
      'listContainers',
      'listNetworks',
      'listVolumes',
    ]);
  });
});
