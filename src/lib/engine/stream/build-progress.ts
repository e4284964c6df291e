import { trimEndOf } from '../../cut-text.ts';
import { LineSplitter } from '../../line-splitter.ts';
import { buffersOf, hasField, messagesOf, readProtobuf, stringOf, type ProtobufFields } from './protobuf.ts';

/** Field numbers of BuildKit's StatusResponse and its parts. */
const status = { vertexes: 1, logs: 3 } as const;
const vertexField = { digest: 1, name: 3, cached: 4, started: 5, completed: 6, error: 7 } as const;
const logField = { vertex: 1, message: 4 } as const;

const keptLines = 30;

interface Step {
  name: string;
  announced: boolean;
  readonly output: LineSplitter;
  readonly lines: string[];
}

export interface FailedStep {
  readonly name: string;
  readonly error: string;
  readonly lines: readonly string[];
}

/**
 * Turns BuildKit's progress into lines to read: each step once with its name, and its output below it. BuildKit's
 * internal steps (`[internal] …`) are left out, unless they fail.
 *
 *     [2/3] RUN apt-get update
 *       Get:1 http://…
 *     [3/3] COPY app /app (cached)
 */
export class BuildKitProgress {
  readonly #steps = new Map<string, Step>();
  readonly #onLine: (line: string) => void;
  #failed: FailedStep | undefined;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** The step that failed, when the build has failed. */
  get failed(): FailedStep | undefined {
    return this.#failed;
  }

  /** One `moby.buildkit.trace`, base64 as it comes. */
  push(trace: string): void {
    const response = readProtobuf(Buffer.from(trace, 'base64'));
    const vertexes = messagesOf(response, status.vertexes);
    for (const vertex of vertexes) this.#announce(vertex);
    for (const log of messagesOf(response, status.logs)) this.#log(log);
    for (const vertex of vertexes) this.#close(vertex);
  }

  #announce(vertex: ProtobufFields): void {
    const step = this.#step(stringOf(vertex, vertexField.digest));
    step.name = stringOf(vertex, vertexField.name) || step.name;
    const cached = hasField(vertex, vertexField.cached);
    if (step.announced || (!cached && !hasField(vertex, vertexField.started))) return;
    step.announced = true;
    if (!isInternal(step.name)) this.#onLine(cached ? `${step.name} (cached)` : step.name);
  }

  #log(log: ProtobufFields): void {
    const step = this.#step(stringOf(log, logField.vertex));
    const text = Buffer.concat(buffersOf(log, logField.message)).toString('utf8');
    for (const line of step.output.push(text)) this.#output(step, line);
  }

  #close(vertex: ProtobufFields): void {
    if (!hasField(vertex, vertexField.completed)) return;
    const step = this.#step(stringOf(vertex, vertexField.digest));
    for (const line of step.output.end()) this.#output(step, line);
    const error = stringOf(vertex, vertexField.error);
    // The first error is the reason: the other steps are cancelled for it and report that later.
    if (error !== '') this.#failed ??= { name: step.name, error, lines: step.lines };
  }

  #output(step: Step, line: string): void {
    // Of a line that was redrawn with carriage returns, the last version.
    const text = trimEndOf(line, '\r').split('\r').at(-1) ?? '';
    step.lines.push(text);
    if (step.lines.length > keptLines) step.lines.shift();
    this.#onLine(`  ${text}`);
  }

  #step(digest: string): Step {
    const known = this.#steps.get(digest);
    if (known !== undefined) return known;
    const step = { name: '', announced: false, output: new LineSplitter(), lines: [] };
    this.#steps.set(digest, step);
    return step;
  }
}

/** `copy /context /` unpacks the context that came in the request. */
function isInternal(name: string): boolean {
  return name.startsWith('[internal]') || name === 'copy /context /';
}

/** The same for the classic builder, which sends its output as text: `Step 2/3 : RUN make`. */
export class ClassicProgress {
  readonly #onLine: (line: string) => void;
  readonly #output = new LineSplitter();
  #name = '';
  #lines: string[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(text: string): void {
    for (const line of this.#output.push(text)) this.#line(line);
  }

  failedBy(error: string): FailedStep {
    return { name: this.#name, error, lines: this.#lines };
  }

  #line(line: string): void {
    const step = /^Step \d+\/\d+ : .*/i.exec(line)?.[0];
    if (step === undefined) this.#lines = [...this.#lines, line].slice(-keptLines);
    else [this.#name, this.#lines] = [step, []];
    this.#onLine(line);
  }
}
