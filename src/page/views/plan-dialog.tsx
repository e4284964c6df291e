import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { send } from '../live/api.ts';

export type PlannedChange =
  | { readonly kind: 'deploy'; readonly service: string; readonly image: string }
  | { readonly kind: 'rollback'; readonly service: string; readonly version: number };

interface Plan {
  readonly version: number;
  readonly image: string;
  readonly operations: readonly {
    readonly id: string;
    readonly kind: string;
    readonly subject: string;
    readonly cause: string;
  }[];
  readonly blockers: readonly string[];
}

interface Props {
  readonly change: PlannedChange;
  readonly onClose: () => void;
}

/** Shows what a change would do, and does it only then. */
export function PlanDialog({ change, onClose }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [image, setImage] = useState(change.kind === 'deploy' ? change.image : '');
  const [plan, setPlan] = useState<Plan | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => dialog.current?.showModal(), []);
  const choose = (text: string): void => {
    setImage(text);
    setPlan(undefined);
  };
  const ask = async (isReal: boolean): Promise<void> => {
    setProblem(undefined);
    try {
      const answer = await request(change, image, isReal);
      if (isReal) dialog.current?.close();
      else setPlan(answer.doc);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => {
    if (change.kind === 'rollback') void ask(false);
  }, []);
  const isBlocked = plan === undefined || plan.blockers.length > 0;
  return (
    <dialog ref={dialog} aria-labelledby="plan-title" onClose={onClose}>
      <h2 id="plan-title">
        {change.kind === 'deploy'
          ? `Deploy ${change.service}`
          : `Roll ${change.service} back to version ${change.version}`}
      </h2>
      {change.kind === 'deploy' && <ImageField image={image} onImage={choose} />}
      <div aria-live="polite">
        {plan !== undefined && <PlanText plan={plan} />}
        {problem !== undefined && <p class="cause-text">{problem}</p>}
      </div>
      <p class="actions">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        {change.kind === 'deploy' && (
          <button type="button" class="button" onClick={() => void ask(false)}>
            Show the plan
          </button>
        )}
        <button type="button" class="button main" disabled={isBlocked} onClick={() => void ask(true)}>
          {change.kind === 'deploy' ? 'Deploy' : 'Roll back'}
        </button>
      </p>
    </dialog>
  );
}

function ImageField({ image, onImage }: { readonly image: string; readonly onImage: (image: string) => void }) {
  return (
    <p class="field">
      <label for="image">Image of the new version</label>
      <input id="image" class="code" value={image} onInput={(event) => onImage(event.currentTarget.value)} />
    </p>
  );
}

function PlanText({ plan }: { readonly plan: Plan }): JSX.Element {
  return (
    <>
      <p>
        Version {plan.version} with <code>{plan.image}</code>, {plan.operations.length} operations:
      </p>
      <ul class="operations" tabIndex={0} aria-label="The plan">
        {plan.operations.map(({ id, kind, subject, cause }) => (
          <li key={id}>
            <b>{kind}</b> {subject} <span class="quiet">{cause}</span>
          </li>
        ))}
      </ul>
      {plan.blockers.map((blocker) => (
        <p key={blocker} class="cause-text">
          {blocker}
        </p>
      ))}
    </>
  );
}

/** A question as long as `isReal` is false: then nothing is recorded. */
function request(change: PlannedChange, image: string, isReal: boolean): Promise<{ readonly doc: Plan }> {
  const query = isReal ? '' : '?dryRun=true';
  if (change.kind === 'rollback')
    return send('POST', `/services/${change.service}/rollback${query}`, { version: change.version });
  const body = { serviceName: change.service, dockerRepository: image, pushedAt: Date.now() };
  return send('POST', `/hooks/deploy${query}`, body);
}
