import { expect } from 'chai';
import { planRun } from '../../support/plans.ts';
import type { FileSpec, InstanceSpec } from '../../../src/lib/model/desired.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import { containerOf, desired, facts, imageOf, observed, runOptions, spec } from '../../support/specs.ts';

const file = (path: string, content: FileSpec['content']): FileSpec => ({ path, content, mode: 0o600, uid: 0, gid: 0 });
const client = (key: 'project' | 'instance', service = 'web'): InstanceSpec =>
  spec(service, 'one', {
    lease: 'client',
    files: [
      file(
        '/etc/dockerops/dns.json',
        key === 'project' ? ['{', { secret: 'dns' }, '}'] : ['{', { derivedSecret: 'dns', label: ['one.web'] }, '}'],
      ),
    ],
  });
const dns = (more = ''): InstanceSpec =>
  spec('dockerops-dns', 'main', { files: [file('/etc/dockerops/dns-server.json', [`{"zone":"local.zone"${more}}`])] });
const present = dns(',"containers":"demo-"');

function plan(
  wanted: readonly InstanceSpec[],
  standing: readonly InstanceSpec[],
  replace: 'never' | 'changed' = 'never',
): Plan {
  const containers = standing.map((each) => containerOf(each));
  const images = ['web', 'db', 'dockerops-dns'].map(imageOf);
  return planRun(desired(wanted), observed({ containers, images }), facts, { ...runOptions, replace });
}

describe('the key of the project for its DNS', () => {
  it('is made also where only the keys of instances are derived from it', () => {
    const keys = [{ name: 'dns', kind: 'secret', keep: 'project', exists: false }] as const;
    const made = planRun(
      desired([client('instance')], { keys }),
      observed({ images: [imageOf('web')] }),
      facts,
      runOptions,
    );
    expect(made.operations.find(({ id }) => id === 'create web-one')?.needs).to.include('key dns');
  });
});

describe("the keys of a DNS whose instances have the project's key", () => {
  it('are told by name, in one warning', () => {
    const old = [client('project'), client('project', 'db')];
    const { warnings } = plan([client('instance'), client('instance', 'db'), present], [...old, present]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('web-one, db-one').and.contain('rerun');
  });

  it('are nothing to tell once they are replaced', () => {
    for (const [standing, replace] of [
      [[client('project'), present], 'changed'],
      [[client('instance'), present], 'never'],
    ] as const)
      expect(plan([client('instance'), present], standing, replace).warnings).to.deep.equal([]);
  });

  it('are refused by a DNS of an earlier version, so that is replaced first', () => {
    const blocked = plan([client('instance'), present], [dns()]);
    expect(blocked.blockers.map(({ subject, message }) => `${subject}: ${message}`).join()).to.contain('web-one');
    expect(blocked.blockers[0]?.suggestions.join()).to.contain('dockerops rerun:dockerops-dns,instance=main');
    expect(plan([client('instance')], [dns()]).blockers, 'alone').to.have.length(1);
    expect(plan([client('instance'), present], [dns()], 'changed').blockers).to.deep.equal([]);
    expect(plan([client('instance'), present], [present]).blockers).to.deep.equal([]);
    expect(plan([spec('web', 'one')], [dns()]).blockers, 'without names').to.deep.equal([]);
  });
});
