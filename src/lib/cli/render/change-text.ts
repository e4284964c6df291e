import type { Plan, Verdict } from '../../plan/plan.ts';
import { nothingToDo } from './plan-text.ts';
import type { CommandSwitches } from '../../model/run-request.ts';
import { quoteWords } from '../../shell-words.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

const pastWords: Readonly<Partial<Record<Verdict['verdict'], string>>> = {
  pull: 'pulled',
  create: 'created',
  replace: 'replaced',
  remove: 'removed',
  build: 'built',
  send: 'sent',
  start: 'started',
  register: 'registered',
  stop: 'stopped',
  keep: 'kept',
};
/** Verdicts of what a command leaves unchanged. */
const leftAlone: ReadonlySet<Verdict['verdict']> = new Set(['differs', 'orphan']);

export interface ChangeOptions {
  /** Path of the run conf, if there is nothing to do because it has no entries. */
  readonly noEntries?: string | undefined;
  /** Of the command line: what an instance was compared with, so that a replacement has to have them, too. */
  readonly switches?: CommandSwitches;
}

/** What a command did, in one line; below it what it left unchanged, and why:
 * ```
 * 3 created, 1 kept
 * demo-two environment.A changed; to replace it: dockerops run:demo,instance=two,replace=True
 * ```
 */
export function renderChange(
  { plan, done }: { readonly plan: Plan; readonly done: readonly string[] },
  style: Style,
  { noEntries, switches = {} }: ChangeOptions = {},
): string {
  const counts = new Map<string, number>();
  for (const { verdict } of plan.verdicts) {
    const word = pastWords[verdict];
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const summary = [...counts].map(([word, count]) => `${String(count)} ${word}`).join(', ');
  const left = plan.verdicts
    .filter(({ verdict, named }) => leftAlone.has(verdict) && named !== undefined)
    .map((verdict) => style.yellow(leftText(verdict, switches)));
  return textOfLines([done.length === 0 && summary === '' ? nothingToDo(noEntries) : summary, ...left]);
}

function leftText({ key, verdict, reason, container, named = '' }: Verdict, switches: CommandSwitches): string {
  if (verdict === 'orphan') return `${key}: ${reason}; to remove it: dockerops clean:${named}`;
  const words = [named, ...switchWords(switches)].join(',');
  return container === undefined
    ? `${key}: ${reason}; to build it and replace what runs: dockerops run:${words},build=True,replace=True`
    : `${key} ${reason}; to replace it: dockerops run:${words},replace=True`;
}

function switchWords({ instanceType, seedCommand, ...switches }: CommandSwitches): readonly string[] {
  return [
    ...(instanceType === undefined ? [] : [`instance_type=${instanceType}`]),
    ...Object.entries(switches).map(([name, value]) => `${name}=${value ? 'True' : 'False'}`),
    ...(seedCommand === undefined ? [] : [`seed_command=${quoteWords([seedCommand])}`]),
  ];
}
