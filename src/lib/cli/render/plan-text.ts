import { basename } from 'node:path';
import { operationLines, showTemplate, showVariable } from '../../plan/plan-text.ts';
import type { Blocker, Difference, Plan, Verdict } from '../../plan/plan.ts';
import type { Operation } from '../../plan/operation.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { Style } from './style.ts';
import { oneLine, textOfLines } from './terminal-text.ts';
import { textWidth } from './text-width.ts';

interface Look {
  readonly mark: string;
  readonly colour: 'green' | 'yellow' | 'red' | 'cyan' | 'dim';
  /** After a number: `2 to create`. */
  readonly counted: string;
  /** Where the verdict itself is no word of English. */
  readonly word?: string;
}

const looks: Readonly<Record<Verdict['verdict'], Look>> = {
  pull: { mark: '*', colour: 'cyan', counted: 'to pull' },
  build: { mark: '*', colour: 'cyan', counted: 'to build' },
  send: { mark: '>', colour: 'cyan', counted: 'to send' },
  create: { mark: '+', colour: 'green', counted: 'to create' },
  start: { mark: '>', colour: 'green', counted: 'to start' },
  register: { mark: '>', colour: 'green', counted: 'to register' },
  stop: { mark: '-', colour: 'yellow', counted: 'to stop' },
  replace: { mark: '~', colour: 'yellow', counted: 'to replace' },
  remove: { mark: '-', colour: 'red', counted: 'to remove' },
  keep: { mark: '=', colour: 'dim', counted: 'unchanged' },
  differs: { mark: '~', colour: 'yellow', counted: 'out of date, left unchanged' },
  stopped: { mark: '!', colour: 'yellow', counted: 'stopped' },
  conflict: { mark: '!', colour: 'red', counted: 'in conflict' },
  notAutostarted: { mark: '=', colour: 'dim', counted: 'not started automatically', word: 'manual' },
  orphan: { mark: '?', colour: 'yellow', counted: 'orphaned' },
};

/**
 * A plan as text: one line for each instance and image, below it what differs and where that was written, then what
 * blocks the plan, then the counts. With `verbose` also every operation, in order.
 *
 *     + create  demo-one  no container
 *     ~ replace web-main  environment changed
 *         environment.DB_HOST: a -> b  (run.conf:12:7)
 *     1 to create, 1 to replace
 */
export function renderPlan(
  plan: Plan,
  style: Style,
  options: { readonly verbose?: boolean; readonly noEntries?: string | undefined } = {},
): string {
  const widths = {
    word: Math.max(7, ...plan.verdicts.map(({ verdict }) => wordFor(verdict).length)),
    key: Math.max(0, ...plan.verdicts.map(({ key }) => textWidth(oneLine(key)))),
  };
  const lines = [
    ...plan.verdicts.flatMap((verdict) => verdictLines(verdict, widths, style)),
    ...plan.blockers.flatMap((blocker) => blockerLines(blocker, style)),
    countsOf(plan, options.noEntries),
    ...(options.verbose === true ? detailLines(plan, style) : []),
  ];
  return textOfLines(lines);
}

function wordFor(verdict: Verdict['verdict']): string {
  return looks[verdict].word ?? verdict;
}

function verdictLines(
  verdict: Verdict,
  widths: { readonly word: number; readonly key: number },
  style: Style,
): readonly string[] {
  const { mark, colour } = looks[verdict.verdict];
  const word = wordFor(verdict.verdict).padEnd(widths.word);
  const shown = oneLine(verdict.key);
  const key = shown + ' '.repeat(widths.key - textWidth(shown));
  return [
    `${style[colour](`${mark} ${word}`)} ${key}  ${style.dim(verdict.reason)}`,
    ...verdict.differences.map((difference) => differenceLine(difference, style)),
  ];
}

export function differenceLine({ field, from, to, origin }: Difference, style: Style): string {
  const place = origin === undefined ? '' : style.dim(`  (${origin})`);
  return `    ${field}: ${style.red(from)} -> ${style.green(to)}${place}`;
}

function blockerLines(blocker: Blocker, style: Style): readonly string[] {
  return [
    `${style.red('! blocked')} ${blocker.subject}: ${blocker.message}`,
    ...blocker.suggestions.map((suggestion) => `    ${style.cyan('->')} ${suggestion}`),
  ];
}

function countsOf(plan: Plan, noEntries: string | undefined): string {
  const counts = (Object.keys(looks) as Verdict['verdict'][])
    .map((verdict) => ({ verdict, count: plan.verdicts.filter((one) => one.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${looks[verdict].counted}`);
  return counts.length === 0 ? nothingToDo(noEntries) : counts.join(', ');
}

/** `noEntries`: path of the run conf, if there is nothing to do because it has no entries. */
export function nothingToDo(noEntries: string | undefined): string {
  return noEntries === undefined
    ? 'nothing to do'
    : `nothing to do: ${basename(noEntries)} has no entries (${noEntries})`;
}

function detailLines(plan: Plan, style: Style): readonly string[] {
  const lines = operationLines(plan);
  return [
    '',
    ...plan.operations.flatMap((operation, index) => [
      lines[index] ?? '',
      ...contentLines(operation).map((line) => style.dim(`      ${line}`)),
    ]),
  ];
}

/** What an operation would write; a value known only later is shown as `<address of db-one>`. */
function contentLines(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'create-container':
      return [
        ...(operation.fixedAddress === undefined ? [] : [`address ${operation.fixedAddress}`]),
        ...specLines(operation.spec),
        ...(operation.carried ?? []).map(({ volume, target }) => `volume ${volume} on ${target}, kept`),
      ];
    case 'create-swarm-service':
    case 'update-swarm-service':
      return specLines(operation.spec);
    case 'put-files':
      return operation.spec.files.map(({ path, mode }) => `${path} (mode ${mode.toString(8)})`);
    case 'create-network':
      return [`subnet ${operation.subnet}`, `dynamic addresses ${operation.dynamicRange}`];
    case 'hold-names':
      return [`${operation.spec.key} is ${showTemplate(operation.address)}`];
    case 'await-names':
      return operation.names.map(({ name, address }) =>
        address === undefined ? `${name} is there` : `${name} is ${showTemplate(address)}`,
      );
    default:
      return [];
  }
}

function specLines(spec: InstanceSpec): readonly string[] {
  return [`image ${spec.image}`, ...spec.environment.map((variable) => `${variable.name}=${showVariable(variable)}`)];
}
