import { expect } from 'chai';
import type { UserError } from '../../../src/lib/errors.ts';
import type { LoadedProject } from '../../../src/lib/project/load-project.ts';
import { loadFiles } from '../project/project-files.ts';
import type { RunRequest } from '../../../src/lib/model/run-request.ts';
import { instancesToClean, previewClean } from '../../../src/lib/use-cases/clean-instances.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { instanceLabels } from '../../../src/lib/plan/instance/instance-labels.ts';
import { spec } from '../../support/specs.ts';
import { seenPlatform } from './observed-project.ts';
import { plainContainer } from '../../support/plain-container.ts';

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
    await engine.createContainer(`demo-${service}-${instance}`, plainContainer('demo/any', { labels }));
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

  it('leaves what was not there when the question was asked, and says so', async () => {
    const opened = await platformWith(['web', 'one'], ['web', 'late']);
    const going = async (request: Partial<RunRequest>): Promise<readonly unknown[]> => {
      const confirmed = { target: 'service', service: 'web', switches: {}, ...request } as const;
      const { verdicts, warnings } = await previewClean(opened, confirmed);
      return [verdicts.map(({ key }) => key), warnings];
    };
    const notice = 'web-late came after the question and is left as it is';
    for (const target of ['service', 'all'] as const)
      expect(await going({ target, confirmed: ['web-one'] }), target).to.deep.equal([['web-one'], [notice]]);
    expect(await going({ target: 'group', group: 'front', confirmed: ['web-one'] })).to.deep.equal([
      ['web-one'],
      [notice],
    ]);
    expect(await going({ target: 'all', confirmed: [] })).to.deep.equal([
      [],
      ['web-late', 'web-one'].map((key) => notice.replace('web-late', key)).sort(),
    ]);
  });

  describe('a group while files are wrong', () => {
    const conf = (...entries: readonly string[]): Readonly<Record<string, string>> => ({
      ...files,
      'run.conf': `[${[...entries, '{"service": "web", "instance": "one", "group": "front"}'].join(', ')}]`,
    });
    const load = (wrong: Readonly<Record<string, string>>): LoadedProject => loadFiles(wrong, undefined, 'labels');
    const going = async (wrong: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      const opened = await platformWith(['web', 'one'], ['web', 'two']);
      const request = { target: 'group', group: 'front', switches: {} } as const;
      const { verdicts } = await previewClean({ ...opened, project: load(wrong) }, request);
      return verdicts.map(({ key }) => key);
    };

    it('takes its members while something else is wrong, also in their own entries', async () => {
      const wrong = {
        'another entry': conf('{"service": "web", "instance": "two", "cpus": "x"}'),
        'its own entry': {
          ...files,
          'run.conf': '[{"service": "web", "instance": "one", "group": "front", "cpus": "x"}]',
        },
        'an env file': conf('{"service": "web", "instance": "two", "env_file": "none.env"}'),
        'a comma': conf('{"service": "web" "instance": "two"}'),
        'host.conf': { ...conf(), 'host.conf': '{' },
        'an unknown key': conf('{"service": "web", "instance": "two", "colour": 7}'),
      };
      for (const [what, text] of Object.entries(wrong)) {
        expect(load(text).problems, what).to.have.length.greaterThan(0);
        expect(await going(text), what).to.deep.equal(['web-one']);
      }
    });

    it('is refused while an entry does not say whether it is of the group', async () => {
      const wrong = {
        syntax: { ...files, 'run.conf': '[{"service": "web", "group": "front"' },
        'a conf that is gone': { ...files, 'host.conf': '{"last_conf": "gone.conf"}' },
        'an entry that is none': conf('"web"'),
        'a service': conf('{"service": 7}'),
        'an instance': conf('{"service": "web", "instance": 7, "group": "back"}'),
        'a number of replicas': conf('{"service": "web", "replicas": "x"}'),
        'a group': conf('{"service": "web", "instance": "two", "group": ["front"]}'),
        'the list': { ...files, 'run.conf': '{"entries": {}}' },
        'the defaults': { ...files, 'run.conf': '{"defaults": 7, "entries": [{"service": "web", "group": "front"}]}' },
      };
      for (const [what, text] of Object.entries(wrong)) {
        const failure = await going(text).catch((error: unknown) => error);
        expect(failure, what).to.include({ code: 'INVALID_CONF' });
        expect((failure as UserError).problems, what).to.have.length.greaterThan(0);
      }
    });
  });
});
