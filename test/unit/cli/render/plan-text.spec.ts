import { expect } from 'chai';
import type { Plan } from '../../../../src/lib/plan/plan.ts';
import type { InstanceSpec } from '../../../../src/lib/model/desired.ts';
import { renderChange } from '../../../../src/lib/cli/render/change-text.ts';
import { printablePlan } from '../../../../src/lib/cli/render/plan-json.ts';
import { renderPlan } from '../../../../src/lib/cli/render/plan-text.ts';
import { noStyle } from '../../../../src/lib/cli/render/style.ts';

const owner = { kind: 'project', name: 'shop', path: '/shop', machine: 'm' } as const;
const spec: InstanceSpec = {
  key: 'web-main',
  container: 'shop-web-main',
  service: 'web',
  instance: 'main',
  type: 'standard',
  image: 'shop/web',
  hostname: 'web-main',
  environment: [
    { name: 'DB', value: ['http://', { addressOf: 'shop-db-one' }], secret: false },
    { name: 'DB_PASSWORD', value: ['hunter2'], secret: true },
  ],
  files: [{ path: '/etc/key', content: [{ privateKey: 'client' }, 'more'], mode: 0o600, uid: 0, gid: 0 }],
  network: {
    mode: 'network',
    network: 'shop',
    reservedAddress: false,
    aliases: [],
    links: [],
    resolver: { server: [{ addressOf: 'shop-dns' }], search: 'shop.local' },
  },
  ports: [],
  mounts: [],
  runtime: { restart: 'no' },
  labels: {},
  lease: 'none',
  placement: { kind: 'engine' },
  after: [],
  sleepSeconds: 0,
  origins: {},
};
const plan: Plan = {
  owner,
  verdicts: [
    { key: 'db-one', verdict: 'keep', reason: 'up to date', differences: [] },
    {
      key: 'web-main',
      verdict: 'replace',
      reason: 'environment changed',
      differences: [{ field: 'environment.DB', from: 'a', to: 'b', origin: 'run.conf:12:7' }],
    },
    { key: 'old', verdict: 'orphan', reason: 'not in run.conf', differences: [] },
  ],
  operations: [
    {
      kind: 'create-container',
      id: 'create web-main',
      subject: 'web-main',
      cause: 'environment.DB changed',
      needs: [],
      spec,
      image: { reference: 'shop/web' },
      labels: {},
      fixedAddress: '10.0.0.2',
    },
    {
      kind: 'start-container',
      id: 'start web-main',
      subject: 'web-main',
      cause: 'created',
      needs: ['create web-main'],
      container: 'shop-web-main',
    },
  ],
  blockers: [{ subject: 'web-main', message: 'port 80 is held by nginx (pid 7)', suggestions: ['stop it'] }],
  warnings: [],
};

describe('a plan as text', () => {
  it('says what happens to each instance, why, what differs and where that was written', () => {
    expect(renderPlan(plan, noStyle)).to.equal(
      [
        '= keep    db-one    up to date',
        '~ replace web-main  environment changed',
        '    environment.DB: a -> b  (run.conf:12:7)',
        '? orphan  old       not in run.conf',
        '! blocked web-main: port 80 is held by nginx (pid 7)',
        '    -> stop it',
        '1 to replace, 1 unchanged, 1 orphaned',
        '',
      ].join('\n'),
    );
  });

  it('shows every operation when verbose, with references by name and secrets masked', () => {
    const text = renderPlan(plan, noStyle, { verbose: true });
    expect(text).to.contain(
      [
        '[1] create web-main (environment.DB changed)',
        '      address 10.0.0.2',
        '      image shop/web',
        '      DB=http://<address of shop-db-one>',
        '      DB_PASSWORD=<secret>',
        '[2] -> [1] start web-main (created)',
      ].join('\n'),
    );
  });

  it('says in words what the verdicts of JSON say in camel case, in columns as wide as the longest', () => {
    const verdicts: Plan['verdicts'] = [
      { key: 'web', verdict: 'conflict', reason: 'the name is in use', differences: [] },
      { key: 'job', verdict: 'notAutostarted', reason: 'exited; run:all does not start it', differences: [] },
    ];
    expect(renderPlan({ ...plan, verdicts, operations: [], blockers: [] }, noStyle)).to.equal(
      [
        '! conflict web  the name is in use',
        '= manual   job  exited; run:all does not start it',
        '1 in conflict, 1 not started automatically',
        '',
      ].join('\n'),
    );
  });

  it('names the command that concerns what was left unchanged, and nothing else', () => {
    const left = { container: 'c', reason: 'switches changed', differences: [] };
    const verdicts: Plan['verdicts'] = [
      { ...left, key: 'web-spare', named: 'web,instance=spare', verdict: 'differs' },
      { ...left, key: 'old-one', named: 'old,instance=one', verdict: 'orphan', reason: 'not in run.conf' },
      { key: 'shop/web', named: 'web', verdict: 'differs', reason: 'source changed', differences: [] },
      { key: 'shop/db', verdict: 'differs', reason: 'source changed', differences: [] },
    ];
    const switches = { instanceType: 'debug', safemode: true, linked: false, seedCommand: 'sleep 9' };
    expect(
      renderChange({ plan: { ...plan, verdicts }, done: ['x'] }, noStyle, { switches })
        .split('\n')
        .slice(1, -1),
    ).to.deep.equal([
      'web-spare switches changed; to replace it: dockerops run:web,instance=spare,instance_type=debug,' +
        "safemode=True,linked=False,seed_command='sleep 9',replace=True",
      'old-one: not in run.conf; to remove it: dockerops clean:old,instance=one',
      'shop/web: source changed; to build it and replace what runs: dockerops run:web,instance_type=debug,' +
        "safemode=True,linked=False,seed_command='sleep 9',build=True,replace=True",
    ]);
  });

  it('counts images that are pulled by themselves, and no instance', () => {
    const verdicts: Plan['verdicts'] = [
      { key: 'redis:7', verdict: 'pull', reason: 'no image', differences: [] },
      { key: 'cache-one', container: 'shop-cache-one', verdict: 'create', reason: 'no container', differences: [] },
    ];
    expect(renderPlan({ ...plan, verdicts, blockers: [] }, noStyle)).to.equal(
      '* pull    redis:7    no image\n+ create  cache-one  no container\n1 to pull, 1 to create\n',
    );
    expect(renderChange({ plan: { ...plan, verdicts }, done: ['pull redis:7'] }, noStyle)).to.equal(
      '1 pulled, 1 created\n',
    );
  });

  it('says so when there is nothing to do', () => {
    expect(renderPlan({ ...plan, verdicts: [], operations: [], blockers: [] }, noStyle)).to.equal('nothing to do\n');
    expect(
      renderPlan({ ...plan, verdicts: [], operations: [], blockers: [] }, noStyle, { noEntries: '/srv/shop/run.conf' }),
    ).to.equal('nothing to do: run.conf has no entries (/srv/shop/run.conf)\n');
  });
});

describe('a plan as JSON', () => {
  it('holds no secret and no content of a file', () => {
    const text = JSON.stringify(printablePlan(plan));
    expect(text).not.to.contain('hunter2');
    expect(text).not.to.contain('"content"');
    expect(text)
      .to.contain('"DB":"http://<address of shop-db-one>"')
      .and.to.contain('"server":"<address of shop-dns>"');
  });

  it('holds no value of a secret build argument', () => {
    const source = {
      kind: 'folder',
      directory: '/shop/services/web',
      dockerfile: 'Dockerfile',
      buildArgs: { V: '1.10', NPM_TOKEN: 'hunter2' },
      secretArgs: ['NPM_TOKEN'],
    } as const;
    const build = {
      kind: 'build-image',
      id: 'build shop/web',
      subject: 'shop/web',
      cause: 'no image',
      needs: [],
      image: { reference: 'shop/web', service: 'web', source, parents: [] },
      cache: true,
    } as const;
    const text = JSON.stringify(printablePlan({ ...plan, operations: [build] }));
    expect(text).to.contain('"buildArgs":{"V":"1.10","NPM_TOKEN":"<secret>"}');
    expect(text).to.not.contain('hunter2');
  });
});
