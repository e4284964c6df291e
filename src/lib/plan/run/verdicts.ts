import { canonicalReference } from '../../image-reference.ts';
import type { RunContext } from '../context.ts';
import type { ImagePlan } from '../images/plan-images.ts';
import { isMade, type Decision } from '../instance/decision.ts';
import type { Blocker, Verdict } from '../plan.ts';

/** Reports what was decided: images first, then instances, and what stands in the way. */
export function noteDecisions(decisions: readonly Decision[], images: ImagePlan, { builder }: RunContext): void {
  for (const verdict of images.verdicts.filter((each) => each.verdict !== 'keep')) {
    const users = decisions.filter(({ spec }) => canonicalReference(spec.image) === canonicalReference(verdict.key));
    noteImage(verdict, users, builder);
  }
  builder.verdicts.push(...decisions.map(verdictOf));
  builder.blockers.push(...decisions.flatMap(blockersOf));
}

/** An image that is older than its source and is used all the same is a warning, as `plan` cannot be asked later. */
function noteImage(verdict: Verdict, users: readonly Decision[], builder: RunContext['builder']): void {
  const [first] = users;
  const { service = '', instance = '' } = first?.spec ?? {};
  const named = users.length === 1 ? `${service},instance=${instance}` : service;
  if (verdict.verdict !== 'differs' || first === undefined) {
    builder.verdicts.push(verdict);
    return;
  }
  const made = users.filter(isMade).map(({ spec }) => spec.key);
  builder.verdicts.push(made.length > 0 ? verdict : { ...verdict, named });
  if (made.length > 0)
    builder.warnings.push(
      `${made.join(', ')}: the image is used as it is (${verdict.reason}); ` +
        `to build it first: dockerops run:${named},build=True,replace=True`,
    );
}

function verdictOf(decision: Decision): Verdict {
  const { spec, action, reason, differences } = decision;
  const verdict = verdictFor(decision);
  return {
    key: spec.key,
    container: spec.container,
    ...(verdict === 'differs' ? { named: `${spec.service},instance=${spec.instance}` } : {}),
    verdict,
    reason: action === 'keep' && differences.length > 0 ? `runs, but ${reason}` : reason,
    differences,
  };
}

function verdictFor({ action, differences, existing }: Decision): Verdict['verdict'] {
  if (action !== 'keep' && action !== 'check') return action;
  if (existing?.state === 'paused') return 'start';
  if (differences.length > 0) return 'differs';
  return existing?.isUnregistered === true ? 'register' : 'keep';
}

function blockersOf(decision: Decision): readonly Blocker[] {
  const { spec, action, reason } = decision;
  if (action === 'conflict') {
    const suggestions = ['remove or rename that container', 'or use another project name: --project NAME'];
    return [{ subject: spec.key, message: reason, suggestions }];
  }
  return action === 'stopped'
    ? [{ subject: spec.key, message: reason, suggestions: stoppedSuggestions(decision) }]
    : [];
}

function stoppedSuggestions({ spec, existing }: Decision): readonly string[] {
  const what = `${spec.service},instance=${spec.instance}`;
  return [
    ...(existing?.state === 'exited' ? [`start it unchanged: dockerops start:${what}`] : []),
    `replace it: dockerops run:${what},replace=True`,
    `remove it: dockerops clean:${what}`,
  ];
}
