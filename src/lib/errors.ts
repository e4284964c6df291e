/**
 * The errors that a user may see. Anything that is not a DockeropsError is a bug and is printed with its stack. Exit
 * codes: 1 the work failed, 2 wrong usage or an invalid file, 130 interrupted.
 */
/** A problem in what the user wrote: a file, a flag, a name. */
export interface Problem {
  /** `run.conf:12:5`, a Dockerfile's place, or `--flag`. */
  readonly where?: string;
  readonly message: string;
  readonly suggestion?: string;
}

export interface ErrorDetails {
  /** Stable, upper case, for scripts: `ENGINE_UNREACHABLE`. */
  readonly code: string;
  /** What to do next, each a command or a sentence. */
  readonly suggestions?: readonly string[];
  /** Where to read more. */
  readonly ref?: string;
  readonly cause?: unknown;
  /** The single problems, each with its place, if there are several. */
  readonly problems?: readonly Problem[];
}

/** A message made of a subject and a reason that turned out to be empty. */
function withReason(message: string): string {
  const text = message.trimEnd();
  if (text === '') return 'no reason was given';
  return text.endsWith(':') ? `${text} no reason was given` : message;
}

/** Subclasses set `name` explicitly, because the bundle shortens class names. */
export abstract class DockeropsError extends Error {
  abstract override readonly name: string;
  readonly code: string;
  readonly suggestions: readonly string[];
  readonly ref: string | undefined;
  readonly problems: readonly Problem[];
  abstract readonly exitCode: number;

  constructor(message: string, details: ErrorDetails) {
    super(withReason(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.suggestions = details.suggestions ?? [];
    this.ref = details.ref;
    this.problems = details.problems ?? [];
  }
}

/** The request is invalid: a broken run.conf, an unknown service, a wrong flag. Nothing was changed. */
export class UserError extends DockeropsError {
  override readonly name: string = 'UserError';
  readonly exitCode: number = 2;
}

/** The engine returned an error, or is unreachable. */
export class EngineError extends DockeropsError {
  override readonly name: string = 'EngineError';
  readonly exitCode: number = 1;
}
/** No engine answers, or access is denied. */
export class EngineUnreachable extends EngineError {
  override readonly name = 'EngineUnreachable';
}
/** The engine has no such object (HTTP 404). */
export class NotFound extends EngineError {
  override readonly name = 'NotFound';
}
/** A conflict with existing objects (HTTP 409): a name in use, a container still running. */
export class Conflict extends EngineError {
  override readonly name = 'Conflict';
}
/** The engine refuses the request (HTTP 403): a network in use, or a policy. */
export class Forbidden extends EngineError {
  override readonly name = 'Forbidden';
}

/** An operation of a plan failed. */
export class OperationFailed extends DockeropsError {
  override readonly name = 'OperationFailed';
  readonly exitCode: number = 1;
  readonly container: string | undefined;
  readonly logs: readonly string[];

  constructor(
    message: string,
    details: ErrorDetails & { readonly container?: string; readonly logs?: readonly string[] },
  ) {
    super(message, details);
    this.container = details.container;
    this.logs = details.logs ?? [];
  }
}

/** The last lines of several containers, each line with the container's name. */
export function namedLogs(failed: readonly Error[]): readonly string[] {
  return failed.flatMap((error) =>
    error instanceof OperationFailed
      ? error.logs.slice(-linesOfEach).map((line) => `${error.container ?? ''} | ${line}`)
      : [],
  );
}

const linesOfEach = 10;

/** What to do next about each of several errors; the rest is the same for all. */
export function firstSuggestions(failed: readonly Error[]): readonly string[] {
  const all = failed.flatMap((error) => (error instanceof DockeropsError ? error.suggestions.slice(0, 1) : []));
  return [...new Set(all)];
}

/** The engine has changed since it was observed; plan again. */
export class StalePlan extends DockeropsError {
  override readonly name = 'StalePlan';
  readonly exitCode: number = 1;
}

export class Interrupted extends DockeropsError {
  override readonly name = 'Interrupted';
  readonly exitCode: number = 130;
  readonly by: NodeJS.Signals;
  constructor(message = 'interrupted', by: NodeJS.Signals = 'SIGINT') {
    super(message, { code: 'INTERRUPTED' });
    this.by = by;
  }
}

/** For `catch`: what the engine does not have is undefined, every other error is thrown again. */
export function ignoreNotFound(error: unknown): undefined {
  if (error instanceof NotFound) return undefined;
  throw error;
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** For the end of a switch over a union: the compiler proves that it is not reached. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value ${JSON.stringify(value)}`);
}
