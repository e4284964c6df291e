import { expect } from 'chai';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import type { ObservedContainer } from '../../../src/lib/model/observed-state.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import type { RunOptions } from '../../../src/lib/plan/context.ts';
import { planRun, planStart } from '../../support/plans.ts';
import { containerOf, desired, facts, imageOf, observed, project, runOptions, spec } from '../../support/specs.ts';

const migrate = spec('migrate', 'main', { wait: 'completed' });
const web = spec('web', 'one', { after: ['migrate-main'] });
const completed = containerOf(migrate, { state: 'exited', exitCode: 0, addresses: {} });

function plan(
  containers: readonly ObservedContainer[],
  options: Partial<RunOptions> = {},
  wanted: readonly InstanceSpec[] = [migrate, web],
): Plan {
  const images = ['migrate', 'web'].map(imageOf);
  return planRun(desired(wanted), observed({ containers, images }), facts, { ...runOptions, ...options });
}

const needsOf = ({ operations }: Plan, id: string): readonly string[] | undefined =>
  operations.find((operation) => operation.id === id)?.needs;

describe('a job that others wait for', () => {
  it('is ready when it has completed, also where the user does not wait', () => {
    for (const wait of [true, false]) {
      const made = plan([], { wait });
      expect(made.operations.find(({ id }) => id === 'ready migrate-main')).to.deep.include({ until: 'completed' });
      expect(needsOf(made, 'start web-one')).to.include('ready migrate-main');
    }
  });

  it('need not run at the end', () => {
    const check = plan([]).operations.find(({ kind }) => kind === 'check-running');
    expect(check).to.deep.include({ containers: ['demo-web-one'] });
  });

  it('is kept when it has completed, and those that depend on it do not wait', () => {
    const kept = plan([completed]);
    expect(kept.blockers).to.deep.equal([]);
    expect(kept.verdicts.map(({ key, verdict, reason }) => [key, verdict, reason])).to.deep.include([
      'migrate-main',
      'keep',
      'completed',
    ]);
    expect(kept.operations.map(({ id }) => id)).not.to.include('ready migrate-main');
    expect(plan([completed], { replace: 'changed' }).verdicts[0]).to.include({ verdict: 'keep' });
  });

  it('runs again by rerun, or by replace when it has changed, and not because the target of a link has moved', () => {
    const verdictOf = (...[containers, options, wanted]: Parameters<typeof plan>): string | undefined =>
      plan(containers, options, wanted).verdicts.find(({ key }) => key === 'migrate-main')?.verdict;
    expect(verdictOf([completed], { replace: 'always' })).to.equal('replace');
    const changed = [{ ...migrate, command: ['other'] }, web];
    expect(verdictOf([completed], {}, changed)).to.equal('differs');
    expect(verdictOf([completed], { replace: 'changed' }, changed)).to.equal('replace');
    const linked = {
      ...completed,
      ownership: { ...completed.ownership!, linkAddresses: { 'demo-web-one': '10.9.9.9' } },
    };
    expect(verdictOf([linked, containerOf(web)], { replace: 'changed' })).to.equal('keep');
  });

  it('is waited for while it still runs', () => {
    const { operations } = plan([containerOf(migrate)]);
    expect(operations.find(({ id }) => id === 'ready migrate-main')).to.deep.include({
      until: 'completed',
      wasRunning: true,
    });
  });

  it('stands in the way when it has failed', () => {
    const [blocker] = plan([{ ...completed, exitCode: 3 }]).blockers;
    expect(blocker?.message).to.contain('exit code 3');
  });

  it('is not run again by start, unless it has failed', () => {
    const options = { wait: true, timeoutSeconds: undefined };
    const start = (container: ObservedContainer): Plan =>
      planStart(project, observed({ containers: [container] }), facts, 'all', options);
    expect(start(completed).operations).to.deep.equal([]);
    expect(start(completed).verdicts[0]).to.include({ verdict: 'keep', reason: 'completed' });
    const again = start({ ...completed, exitCode: 1 });
    expect(again.operations.find(({ kind }) => kind === 'wait-ready')).to.deep.include({ until: 'completed' });
    expect(again.operations.map(({ kind }) => kind)).not.to.include('check-running');
  });
});
