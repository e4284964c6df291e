import { expect } from 'chai';
import { specLabel, specHash } from '../../../../../src/lib/plan/spec/spec-hash.ts';
import { printablePlan } from '../../../../../src/lib/cli/render/plan-json.ts';
import { planRun } from '../../../../support/plans.ts';
import { facts, observed, containerOf, runOptions, imageOf } from '../../../../support/specs.ts';
import { instanceOf, resolveScene, type Scene, variableOf } from '../../project-files.ts';

const scene = (secrets: unknown, more: Scene = {}, service = 'web'): Scene => ({
  conf: [{ service, instance: 'one', secrets }],
  ...more,
});
const contents = (from: Scene, key = 'web-one'): Record<string, string> =>
  Object.fromEntries(
    instanceOf(resolveScene(from), key)
      .files.filter(({ secret }) => secret === true)
      .map(({ path, content }) => [path, content.join('')]),
  );

describe('secrets of run.conf', () => {
  it('come from a file, from a named variable, or from the variable of their name', () => {
    const secrets = ['db_password', { name: 'api-key', variable: 'OTHER' }, { name: 'cert.pem', file: 'private/cert' }];
    expect(
      contents(
        scene(secrets, {
          environment: { DB_PASSWORD: 'one' },
          files: { 'host.conf': '{"OTHER": "two"}', 'private/cert': 'three\n' },
        }),
      ),
    ).to.deep.equal({
      '/etc/dockerops/secrets/db_password': 'one',
      '/etc/dockerops/secrets/api-key': 'two',
      '/etc/dockerops/secrets/cert.pem': 'three\n',
    });
  });

  it('set a variable with their path, unless it has a value', () => {
    const more = { environment: { DB_PASSWORD: 'one' } };
    expect(variableOf(resolveScene(scene(['db_password'], more)), 'web-one', 'DB_PASSWORD_FILE')).to.deep.equal([
      '/run/secrets/db_password',
    ]);
    const own = resolveScene({
      conf: [{ service: 'web', instance: 'one', secrets: ['db_password'], env_vars: { DB_PASSWORD_FILE: '/x' } }],
      ...more,
    });
    expect(variableOf(own, 'web-one', 'DB_PASSWORD_FILE')).to.deep.equal(['/x']);
    expect(variableOf(own, 'web-one', 'DB_PASSWORD')).to.equal(undefined);
  });

  it('are in memory on the base image, and in a volume of the container on others', () => {
    const more = {
      environment: { A: 'x' },
      files: { 'services/own/Dockerfile': 'FROM dockerops/dockerops-base\nENTRYPOINT ["/own"]\n' },
    };
    const onBase = instanceOf(resolveScene(scene(['a'], more)), 'web-one');
    expect(onBase.runtime.tmpfs).to.deep.equal(['/run/secrets:mode=0755,noexec']);
    expect(onBase.mounts).to.deep.equal([]);
    for (const service of ['plain', 'own']) {
      const { mounts, runtime, files } = instanceOf(resolveScene(scene(['a'], more, service)), `${service}-one`);
      expect(mounts).to.deep.equal([{ kind: 'scratch', target: '/run/secrets' }]);
      expect(runtime).to.not.have.property('tmpfs');
      expect(files.find(({ secret }) => secret)).to.deep.include({ path: '/run/secrets/a', mode: 0o444 });
    }
  });

  it('without a value are missing, with the reason', () => {
    const { missing, problems } = resolveScene(
      scene(['a', { name: 'b', file: 'nowhere' }, { name: 'c', file: 'x', variable: 'Y' }, 'A']),
    );
    expect(missing).to.deep.equal([
      { name: 'A', key: 'web-one', where: 'run.conf:6:4', secret: true, reason: 'it is the value of the secret a' },
      { name: 'A', key: 'web-one', where: 'run.conf:16:4', secret: true, reason: 'it is the value of the secret A' },
    ]);
    expect(
      problems.map(({ where, message }) => `${where ?? ''} ${message.replace(/\/\S*\/demo\//, '…/')}`),
    ).to.deep.equal([
      'run.conf:7:4 the secret b cannot be read: …/nowhere is not a text file that you can read',
      'run.conf:11:4 the secret c has a file and a variable',
      'run.conf:16:4 the secret A has the same variable, A_FILE, as another one',
    ]);
  });

  it('are in no label, hash or printed plan, and a changed value is found', () => {
    const of = (value: string): ReturnType<typeof resolveScene> =>
      resolveScene(scene(['a'], { environment: { A: value } }));
    const [before, after] = [instanceOf(of('hush-1'), 'web-one'), instanceOf(of('hush-2'), 'web-one')];
    expect(specHash(before)).to.equal(specHash(after));
    expect(specLabel(before)).to.not.contain('hush');
    const seen = { files: { '/etc/dockerops/secrets/a': 'hush-1' }, variables: {} };
    const { desired } = of('hush-2');
    const plan = planRun(
      desired,
      observed({
        containers: [containerOf(before, { secrets: seen, imageId: 'sha256:web' }, desired.owner)],
        images: [imageOf('web')],
      }),
      facts,
      { ...runOptions, replace: 'changed' },
    );
    expect(plan.verdicts.at(-1)).to.deep.include({
      verdict: 'replace',
      differences: [{ field: 'secrets.a', from: '<secret>', to: '<another secret>', origin: 'run.conf:6:4' }],
    });
    expect(JSON.stringify(printablePlan(plan))).to.not.contain('hush');
  });

  it('in variables are compared by value, too', () => {
    const of = (value: string): ReturnType<typeof resolveScene> =>
      resolveScene({ conf: [{ service: 'web', instance: 'one', env_vars: { DB_PASSWORD: value } }] });
    const first = of('hush-1');
    const container = containerOf(
      instanceOf(first, 'web-one'),
      { secrets: { files: {}, variables: { DB_PASSWORD: 'hush-1' } }, imageId: 'sha256:web' },
      first.desired.owner,
    );
    const verdictFor = (value: string): unknown =>
      planRun(
        { ...of(value).desired, owner: first.desired.owner },
        observed({ containers: [container], images: [imageOf('web')] }),
        facts,
        runOptions,
      )
        .verdicts.find(({ key }) => key === 'web-one')
        ?.differences.map(({ field }) => field);
    expect(verdictFor('hush-1')).to.deep.equal([]);
    expect(verdictFor('hush-2')).to.deep.equal(['environment.DB_PASSWORD']);
  });
});

describe('an instance with a read-only root', () => {
  it('has writable places on the base image, except where run.conf mounts something', () => {
    const conf = [{ service: 'web', instance: 'one', read_only: true, persistent_log: true, tmpfs: '/run:size=1m' }];
    const { mounts, runtime } = instanceOf(resolveScene({ conf }), 'web-one');
    expect(mounts.filter(({ kind }) => kind === 'scratch').map(({ target }) => target)).to.deep.equal([
      '/entrypoints',
      '/etc/dockerops',
      '/etc/ssh',
      '/home/dockerops',
    ]);
    expect(runtime.tmpfs).to.deep.equal(['/run:size=1m', '/tmp', '/var/tmp']);
    expect(
      instanceOf(resolveScene({ conf: [{ service: 'plain', instance: 'one', read_only: true }] }), 'plain-one').mounts,
    ).to.deep.equal([]);
  });
});
