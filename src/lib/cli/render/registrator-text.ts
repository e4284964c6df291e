import type { Preview } from '../../daemons/registrator/agent.ts';
import type { StatusDocument } from '../../daemons/registrator/status.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

/** What a registrator would write: `+ KEY VALUE` and so on; without a directory to compare with, `KEY VALUE`. */
export function renderKeys({ desired, plan }: Preview, style: Style): string {
  if (plan === undefined) return textOfLines(desired.map(({ key, value }) => `${key} ${value}`));
  if (plan.changes.length === 0) return textOfLines(['nothing to do']);
  const colours = { '+': style.green, '~': style.yellow, '-': style.red };
  return textOfLines(plan.changes.map(({ mark, key, value }) => `${colours[mark](mark)} ${key} ${value}`));
}

/** The same as data. */
export function printableKeys({ desired, plan }: Preview): object {
  return {
    keys: Object.fromEntries(desired.map(({ key, value }) => [key, value])),
    changes: plan?.changes ?? null,
    conflicts: plan?.foreign ?? [],
  };
}

/** What a single pass has left: the keys, what policies could not answer, and how long all of it stays. */
export function renderRegistrator({ keys, policies, lease }: StatusDocument, style: Style): string {
  const errors = Object.entries(policies).flatMap(([name, policy]) =>
    policy.errors.map(({ container, where, message }) => {
      const subject = [`policy ${name}`, ...(container === undefined ? [] : [`container ${container}`])].join(', ');
      return `${style.red('!')} ${subject}: ${message}${where === undefined ? '' : ` (${where})`}`;
    }),
  );
  return textOfLines([...errors, summary(Object.keys(keys).length, lease)]);
}

function summary(count: number, lease: StatusDocument['lease']): string {
  const [keys, stay, are] = count === 1 ? ['key; it', 'stays', 'it is'] : ['keys; they', 'stay', 'they are'];
  const time = lease === null ? `until ${are} deleted` : `for ${String(lease.secondsLeft)} s`;
  return `${String(count)} ${keys} ${stay} ${time}`;
}
