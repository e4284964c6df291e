import type { ErrorReport } from '../arguments/error-report.ts';
import type { Problem } from '../../errors.ts';
import { renderDocument } from './json.ts';
import type { Style } from './style.ts';
import { oneLine, programLine } from './terminal-text.ts';

const reportAddress = 'please report this text with the command and the output of "dockerops version"';

/**
 * An error as text: what, where, the last log lines of the container, what to do next.
 *
 *     error: run.conf has 1 problem
 *       run.conf:12:5  unknown key "publish_port"
 *         did you mean "publish_ports"?
 */
export function renderError(report: ErrorReport, style: Style, debug: boolean): string {
  const lines = [
    `${style.red(report.bug ? 'bug:' : 'error:')} ${indented(report.message)}`,
    ...report.problems.flatMap((problem) => problemLines(problem, style)),
    ...logLines(report, style),
    ...report.suggestions.map((suggestion) => `${style.cyan('->')} ${indented(suggestion)}`),
    ...(report.ref === undefined ? [] : [`see ${report.ref}`]),
    ...(showsCauses(report, debug) ? causeLines(report, style) : []),
    ...(report.bug ? [reportAddress] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether causes and stack are shown. */
export function showsCauses({ bug }: ErrorReport, debug: boolean): boolean {
  return debug || bug;
}

export function renderErrorDocument(report: ErrorReport): string {
  const { code, message, problems, suggestions, container, logs, ref } = report;
  return renderDocument('error', { error: { code, message, problems, suggestions, container, logs, ref } });
}

export function problemLines(problem: Problem, style: Style): readonly string[] {
  const place = problem.where === undefined ? '' : `${style.bold(oneLine(problem.where))}  `;
  const { message, suggestion } = problem;
  const [first = '', ...others] = message.split('\n').map(oneLine);
  return [
    `  ${place}${first}`,
    ...others.map((line) => `    ${line}`),
    ...(suggestion === undefined ? [] : [`    ${oneLine(suggestion)}`]),
  ];
}

/** A text of several lines cannot be taken for several texts. */
function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

function logLines(report: ErrorReport, style: Style): readonly string[] {
  if (report.logs.length === 0) return [];
  const title = report.container === undefined ? 'last lines:' : `last lines of ${report.container}:`;
  return [style.bold(title), ...report.logs.map((line) => `${style.dim('  |')} ${programLine(line)}`)];
}

function causeLines(report: ErrorReport, style: Style): readonly string[] {
  return [
    ...report.causes.map((cause) => style.dim(`  caused by: ${cause}`)),
    ...(report.stack === undefined ? [] : [style.dim(report.stack)]),
  ];
}
