import { expect } from 'chai';
import { instanceLabels } from '../../../src/lib/plan/instance/instance-labels.ts';
import type { OpenProject } from '../../../src/lib/use-cases/open-project.ts';
import { restartInstances } from '../../../src/lib/use-cases/start-instances.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { spec } from '../../support/specs.ts';
import { seenPlatform } from './observed-project.ts';
import { plainContainer } from '../../support/plain-container.ts';

describe('a restart', () => {
  it('stops nothing when an instance could not be started again', async () => {
    const engine = new FakeEngine();
    engine.addImage('demo/any:latest');
    const project = seenPlatform({ 'services/web/Dockerfile': 'FROM debian:12\n' }, {}, engine);
    for (const instance of ['one', 'two']) {
      const labels = Object.entries(instanceLabels(spec('web', instance), project.owner));
      await engine.createContainer(
        `demo-web-${instance}`,
        plainContainer('demo/any', { labels: Object.fromEntries(labels.map(([name, text]) => [name, text.join('')])) }),
      );
    }
    await engine.startContainer('demo-web-one');
    const applied: string[] = [];
    const tools = new Proxy({}, { get: (_, name) => applied.push(String(name)) });
    const failure = await restartInstances(
      { ...project, tools } as unknown as OpenProject,
      { target: 'all', switches: {} },
      { wait: false, timeoutSeconds: undefined },
      {
        progress: () => undefined,
        signal: new AbortController().signal,
        command: 'restart',
        warn: () => undefined,
      },
    ).catch((error: unknown) => error);
    expect(failure).to.deep.include({
      code: 'BLOCKED',
      message: 'demo-web-two was created, but never started',
    });
    expect(applied).to.deep.equal([]);
  });
});
