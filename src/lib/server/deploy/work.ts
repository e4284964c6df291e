import type { ApplyOutcome } from '../../apply/executor.ts';
import { messageOf, StalePlan } from '../../errors.ts';
import type { Owner } from '../../model/desired.ts';
import type { Plan } from '../../plan/plan.ts';
import { isOutage } from '../jobs/outcomes.ts';

/** What cannot be done, with the unit or the version that it is about; an empty subject where it is about neither. */
export interface Refusal {
  readonly subject: string;
  readonly message: string;
}

/** How work in the background has ended. */
export interface WorkOutcome {
  /** All that was planned is done. */
  readonly isDone: boolean;
  /** What the engine refused; nothing where it is away or has changed since. */
  readonly refusal?: Refusal;
  /** All containers were kept that were to be: the engine starts them again from now on. */
  readonly hasKept: boolean;
}

/** Applies a plan; never rejects. */
export async function doWork(plan: Plan, apply: (plan: Plan) => Promise<ApplyOutcome>): Promise<WorkOutcome> {
  try {
    const outcome = await apply(plan);
    const isDone = plan.operations.every(({ id }) => outcome.outcomes.get(id)?.state === 'done');
    const keeping = plan.operations.filter(({ kind }) => kind === 'set-restart-policy');
    const hasKept = keeping.length > 0 && keeping.every(({ id }) => outcome.outcomes.get(id)?.state === 'done');
    const refused = outcome.failures.find(({ error }) => !isOutage(error) && !(error instanceof StalePlan));
    return {
      isDone,
      hasKept,
      ...(refused && { refusal: { subject: refused.operation.subject, message: messageOf(refused.error) } }),
    };
  } catch (error) {
    return { isDone: false, hasKept: false, ...(isOutage(error) ? {} : { refusal: refusalOf(error) }) };
  }
}

function refusalOf(error: unknown): Refusal {
  return { subject: '', message: messageOf(error) };
}

export function planPull(owner: Owner, reference: string): Plan {
  const operation = {
    id: `pull ${reference}`,
    kind: 'pull-image',
    subject: reference,
    cause: 'a deploy',
    needs: [],
  } as const;
  return { owner, operations: [{ ...operation, reference }], verdicts: [], blockers: [], warnings: [] };
}
