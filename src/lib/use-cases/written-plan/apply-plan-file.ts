import { basename } from 'node:path';
import { OperationFailed } from '../../errors.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { emptyPlan } from '../../plan/builder.ts';
import { planAndApply, type ChangeContext, type ChangeResult, type Preview } from '../apply-plan.ts';
import type { OpenProject } from '../open-project.ts';
import { previewDesired, type DesiredPreview } from '../run-instances.ts';
import { Journal, readJournal } from './journal.ts';
import { readPlanFile, refused, type PlanFile } from './plan-file.ts';
import { factsOf } from './write-plan.ts';

export interface PlanToApply {
  readonly path: string;
  readonly version: string;
}

/**
 * Does exactly what a written plan says: it is computed again, with the secrets of this machine, and must come out
 * equal. After an interruption the rest of it is done, as long as the project still says the same.
 */
export async function applyPlanFile(
  opened: OpenProject,
  { path, version }: PlanToApply,
  context: ChangeContext,
): Promise<ChangeResult> {
  const { plan, sha256 } = readPlanFile(path);
  const { directory } = opened.project.place;
  refuseOther(path, plan, opened, version);
  const before = readJournal(directory, sha256);
  if (before?.ended !== undefined) {
    context.warn(`this plan was applied already, at ${before.ended}`);
    return { plan: emptyPlan(opened.owner), done: [] };
  }
  const isResumed = before !== undefined;
  const preview = checkedPreview(opened, { path, plan, isResumed }, context);
  // What does not fit is refused before there is a journal.
  const first = await preview();
  using journal = new Journal(directory, sha256, { operations: plan.operations.length, command: context.command });
  let next: Preview | undefined = first;
  const once = async (): Promise<Preview> => {
    const previewed = next ?? (await preview());
    next = undefined;
    return previewed;
  };
  const result = await planAndApply(once, opened.tools, { ...context, hooks: hooksOf(journal, context) });
  journal.end();
  return result;
}

function hooksOf(journal: Journal, { hooks }: ChangeContext): NonNullable<ChangeContext['hooks']> {
  return {
    beforeOperation: (operation) => journal.hooks.beforeOperation(operation),
    afterOperation: async (operation) => {
      await journal.hooks.afterOperation(operation);
      await hooks?.afterOperation?.(operation);
    },
  };
}

/** Another version of dockerops may plan otherwise. */
function refuseOther(path: string, plan: PlanFile, { owner, project }: OpenProject, version: string): void {
  if (plan.dockerops !== version) throw refused(path, `is of dockerops ${plan.dockerops}, and this is ${version}`);
  if (canonicalJson(plan.owner) !== canonicalJson({ ...owner }))
    throw refused(path, 'is of another project or machine');
  const conf = basename(project.conf.file);
  if (plan.conf !== conf) throw refused(path, `is of ${plan.conf}, and ${conf} is in use`);
}

interface Checked {
  readonly path: string;
  readonly plan: PlanFile;
  readonly isResumed: boolean;
}

function checkedPreview(
  opened: OpenProject,
  { path, plan, isResumed }: Checked,
  { warn }: ChangeContext,
): () => Promise<DesiredPreview> {
  let isFirst = true;
  return async () => {
    if (!isFirst) throw changed(['it changes while the plan is applied']);
    isFirst = isResumed;
    const input = { opened, request: plan.request, warn, ask: async () => ({}), newName: () => plan.newName };
    const previewed = await previewDesired(input, plan.choices);
    const now = factsOf(previewed);
    if (now.hosts['local'] !== plan.hosts['local']) throw refused(path, 'is for another engine');
    if (now.desired !== plan.desired)
      throw new OperationFailed("the project's files say something else than when the plan was written", {
        code: 'STALE_PLAN_FILE',
        suggestions: writeAgain,
      });
    if (isResumed) return previewed;
    const others = differentNames(now.observed, plan.observed);
    if (others.length > 0) throw changed(others);
    if (canonicalJson(now.operations) !== canonicalJson(plan.operations)) throw changed(['what has to be done']);
    return previewed;
  };
}

function differentNames(now: PlanFile['observed'], then: PlanFile['observed']): readonly string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((name) => now[name] !== then[name]).sort();
}

const writeAgain = ['see what it would be now: dockerops plan', 'and write it again: dockerops plan --out FILE'];

function changed(names: readonly string[]): OperationFailed {
  return new OperationFailed(`the engine is not as it was when the plan was written: ${names.join(', ')}`, {
    code: 'STALE_PLAN_FILE',
    suggestions: writeAgain,
  });
}
