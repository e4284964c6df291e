import { expect } from 'chai';
import type { RunRequest } from '../../../src/lib/model/run-request.ts';
import { instancesToClean, previewClean } from '../../../src/lib/use-cases/clean-instances.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { instanceLabels } from '../../../src/lib/plan/instance/instance-labels.ts';
import { spec } from '../../support/specs.ts';
import { seenPlatform } from './observed-project.ts';

const files = {
  'services/web/Dockerfile': 'FROM debian:12\n',
  'run.conf': '[{"service": "web", "group": "front"}, {"service": "web", "instance": "other", "group": "back"}]',
};

async function platformWith(
  ...instances: readonly (readonly [service: string, instance: string])[]
): Promise<ReturnType<typeof seenPlatform>> {
  const engine = new FakeEngine();
  engine.addImage('demo/any:latest');
  const opened = seenPlatform(files, {}, engine);
  for (const [service, instance] of instances) {
    const labels = Object.fromEntries(
      Object.entries(instanceLabels(spec(service, instance), opened.owner)).map(([name, text]) => [
        name,
        text.join(''),
      ]),
    );
    await engine.createContainer(`demo-${service}-${instance}`, {
      image: 'demo/any',
      environment: [],
      labels,
      network: { mode: 'bridge' },
      ports: [],
      mounts: [],
      runtime: { restart: 'no' },
    });
  }
  return opened;
}

describe('cleaning', () => {
  it('a group leaves instances that run.conf puts into another one', async () => {
    const opened = await platformWith(['web', 'a1b2c3d4'], ['web', 'other']);
    const { verdicts } = await previewClean(opened, { target: 'group', group: 'front', switches: {} });
    expect(verdicts.map(({ key }) => key)).to.deep.equal(['web-a1b2c3d4']);
  });

  it('a service that neither the project nor the engine knows says which there are', async () => {
    const failure = await previewClean(await platformWith(), { target: 'service', service: 'wbe', switches: {} }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.deep.include({ code: 'UNKNOWN_SERVICE', exitCode: 2 });
  });

  it('a service that left the project takes what is there of it', async () => {
    const { verdicts } = await previewClean(await platformWith(['gone', 'one']), {
      target: 'service',
      service: 'gone',
      switches: {},
    });
    expect(verdicts.map(({ key }) => key)).to.deep.equal(['gone-one']);
  });

  it('is about each instance that would go, whether it runs or not, for a service, a pattern and all', async () => {
    const opened = await platformWith(['web', 'one'], ['web', 'two'], ['worker', 'one']);
    const going = async (request: Partial<RunRequest>): Promise<readonly string[]> =>
      instancesToClean(opened, { target: 'service', switches: {}, ...request });
    expect(await going({ service: 'web' })).to.deep.equal(['web-one', 'web-two']);
    expect(await going({ service: 'web', instance: 'two' })).to.deep.equal(['web-two']);
    expect(await going({ service: 'w*' })).to.deep.equal(['web-one', 'web-two', 'worker-one']);
    expect(await going({ service: '*', instance: 'one' })).to.deep.equal(['web-one', 'worker-one']);
    expect(await going({ target: 'all' })).to.deep.equal(['web-one', 'web-two', 'worker-one']);
    const failure = await going({ service: 'x*' }).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'NO_INSTANCE', exitCode: 2 });
  });
});
