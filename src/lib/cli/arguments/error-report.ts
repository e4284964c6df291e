import { DockeropsError, Interrupted, OperationFailed, type Problem } from '../../errors.ts';
import { isParseError, ownMessage, usageErrorOf } from './usage-error.ts';

/** An error as a plain value: everything that users and scripts may see of it. */
export interface ErrorReport {
  /** True for an unexpected error: it is printed with its stack and a request to report it. */
  readonly bug: boolean;
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly container: string | undefined;
  readonly logs: readonly string[];
  readonly suggestions: readonly string[];
  readonly ref: string | undefined;
  /** Messages of its causes, outermost first. */
  readonly causes: readonly string[];
  readonly stack: string | undefined;
  readonly exitCode: number;
}

/**
 * Turns anything thrown into a report. A DockeropsError is expected; errors of oclif's parser are wrong usage; an abort
 * is an interruption; everything else is a bug.
 */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof DockeropsError) return reportExpected(error);
  if (isParseError(error)) return reportExpected(usageErrorOf(error));
  if (isAbort(error)) return reportExpected(new Interrupted());
  return reportBug(error);
}

function reportExpected(error: DockeropsError): ErrorReport {
  const failed = error instanceof OperationFailed ? error : undefined;
  return {
    bug: false,
    code: error.code,
    message: ownMessage(error.message),
    problems: error.problems,
    container: failed?.container,
    logs: failed?.logs ?? [],
    suggestions: error.suggestions,
    ref: error.ref,
    causes: causesOf(error),
    stack: error.stack,
    exitCode: error.exitCode,
  };
}

function reportBug(error: unknown): ErrorReport {
  const isError = error instanceof Error;
  return {
    bug: true,
    code: 'BUG',
    message: isError ? error.message : String(error),
    problems: [],
    container: undefined,
    logs: [],
    suggestions: [],
    ref: undefined,
    causes: isError ? causesOf(error) : [],
    stack: isError ? error.stack : undefined,
    exitCode: 1,
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.cause instanceof Interrupted);
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  const seen = new Set<unknown>([error]);
  let cause = error.cause;
  while (cause !== undefined && cause !== null && !seen.has(cause)) {
    seen.add(cause);
    causes.push(cause instanceof Error ? `${cause.name}: ${cause.message}` : JSON.stringify(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}
