import { renderError, renderErrorDocument, showsCauses } from '../render/error-text.ts';
import { styleFor } from '../render/style.ts';
import { terminalText } from '../render/terminal-text.ts';
import { reportError, type ErrorReport } from './error-report.ts';
import { readableStack } from './readable-stack.ts';

/** Writes an error to stderr, or to stdout as JSON, and returns the exit code. The only place that prints errors. */
export function printError(error: unknown, how: { readonly json: boolean; readonly debug: boolean }): number {
  const exit = exitStatusOf(error);
  if (exit !== undefined) return exit;
  const report = reportError(error);
  if (how.json) process.stdout.write(renderErrorDocument(report));
  else process.stderr.write(terminalText(errorText(report, how.debug)));
  return report.exitCode;
}

function errorText(report: ErrorReport, debug: boolean): string {
  return renderError(withReadableStack(report, debug), styleFor(process.stderr, process.env), debug);
}

/** Makes the stack readable if it is shown. */
function withReadableStack(report: ErrorReport, debug: boolean): ErrorReport {
  return report.stack === undefined || !showsCauses(report, debug)
    ? report
    : { ...report, stack: readableStack(report.stack) };
}

/** oclif's `this.exit(n)` throws, but is no error. */
function exitStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'EEXIT') return undefined;
  return (error as { oclif?: { exit?: number } }).oclif?.exit ?? 0;
}
