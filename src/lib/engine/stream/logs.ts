import { definedOnly } from '../../defined.ts';
import { inspectContainer } from '../containers.ts';
import { nameFor } from '../container-names.ts';
import { wrapFailure } from '../engine-errors.ts';
import { FrameParser, type OutputName } from './engine-streams.ts';
import type { LogLine, LogRequest } from '../engine.ts';
import type { Connection } from '../connection/connection.ts';
import { openStream } from '../connection/http.ts';
import { segment } from '../connection/request.ts';

/**
 * The log of a container as lines with their times. With a terminal all of it is stdout. `tail` counts lines, however
 * long. Ends when the signal aborts. Following may miss a last line without a newline, because engines end the stream
 * before it; a later read has it.
 */
export async function* readLogs(connection: Connection, id: string, query: LogRequest): AsyncGenerator<LogLine> {
  const step = `read the log of ${nameFor(id)}`;
  try {
    const { tty } = await inspectContainer(connection, id);
    const path = `/containers/${segment(id)}/logs`;
    const read = (tail?: number): AsyncGenerator<LogLine, number> =>
      readEntries(connection, path, { ...query, ...definedOnly({ tail }) }, { tty, step });
    yield* query.tail === undefined ? read() : wholeLines(query.tail, read);
  } catch (cause) {
    if (query.signal?.aborted === true) return;
    throw wrapFailure(step, cause, { address: connection.address });
  }
}

/** The same of a Swarm service whose tasks have no terminal. Here `tail` counts entries of each task. */
export function readServiceLogs(connection: Connection, id: string, query: LogRequest): AsyncGenerator<LogLine> {
  return readSwarmLogs(connection, `/services/${segment(id)}/logs`, query, `read the log of Swarm service ${id}`);
}

/** The same of one task of a Swarm. */
export function readTaskLogs(connection: Connection, id: string, query: LogRequest): AsyncGenerator<LogLine> {
  return readSwarmLogs(connection, `/tasks/${segment(id)}/logs`, query, `read the log of task ${id}`);
}

async function* readSwarmLogs(
  connection: Connection,
  path: string,
  query: LogRequest,
  step: string,
): AsyncGenerator<LogLine> {
  try {
    yield* readEntries(connection, path, query, { tty: false, step });
  } catch (cause) {
    if (query.signal?.aborted === true) return;
    throw wrapFailure(step, cause, { address: connection.address });
  }
}

/** Returns how many entries the engine sent: a line of more than 16 KiB has several. */
async function* readEntries(
  connection: Connection,
  path: string,
  query: LogRequest,
  { tty, step }: { readonly tty: boolean; readonly step: string },
): AsyncGenerator<LogLine, number> {
  const assembler = new LineAssembler();
  for await (const chunk of await openLog(connection, path, query, step)) yield* assembler.push(tty, chunk);
  yield* assembler.flush();
  return assembler.entries;
}

/**
 * The last lines, though an engine counts entries. Where it has sent as many as it was asked for, the first line of
 * each stream may lack its beginning and does not count; more are asked for until there are enough.
 */
export async function* wholeLines(
  count: number,
  read: (entries: number) => AsyncGenerator<LogLine, number>,
): AsyncGenerator<LogLine> {
  for (let entries = count + 2; ; entries *= 8) {
    const kept: LogLine[] = [];
    const cut = new Map<OutputName, LogLine>();
    const lines = read(entries);
    let next = await lines.next();
    for (; next.done !== true; next = await lines.next()) {
      const line = next.value;
      if (!cut.has(line.stream)) cut.set(line.stream, line);
      kept.push(line);
      if (kept.length > count + 2) kept.shift();
    }
    const isWhole = next.value < entries;
    const whole = isWhole ? kept : kept.filter((line) => cut.get(line.stream) !== line);
    if (isWhole || whole.length >= count) return yield* whole.slice(whole.length - Math.min(count, whole.length));
  }
}

function openLog(
  connection: Connection,
  path: string,
  query: LogRequest,
  step: string,
): Promise<AsyncIterable<Buffer>> {
  const { tail, sinceSeconds: since, untilSeconds: until, follow = false, signal } = query;
  return openStream(connection, {
    step,
    method: 'GET',
    path,
    query: { stdout: true, stderr: true, timestamps: true, follow, tail, since, until },
    ...definedOnly({ signal }),
  });
}

/** Longer lines are cut, so that memory stays bounded. */
const maxLine = 2 ** 20;

/**
 * Assembles lines from chunks. The engine cuts a long line into frames and puts a time before each; only the first time
 * of a line is kept.
 */
export class LineAssembler {
  readonly #frames = new FrameParser();
  readonly #open = new Map<OutputName, { readonly time: string; readonly parts: Buffer[]; length: number }>();
  #terminalRest: Buffer = Buffer.alloc(0);
  /** Entries of the engine so far. */
  entries = 0;

  *push(tty: boolean, chunk: Buffer): Generator<LogLine> {
    if (tty) yield* this.#pushTerminal(chunk);
    else for (const { stream, content } of this.#frames.push(chunk)) yield* this.#pushFrame(stream, content);
  }

  *flush(): Generator<LogLine> {
    if (this.#terminalRest.length > 0) yield* this.#pushTerminal(Buffer.from('\n'));
    for (const [stream, { time, parts }] of this.#open) yield { stream, time, text: textOf(parts) };
    this.#open.clear();
  }

  *#pushFrame(stream: OutputName, content: Buffer): Generator<LogLine> {
    this.entries += 1;
    const space = content.indexOf(' ');
    const time = content.toString('latin1', 0, space);
    const line = this.#open.get(stream) ?? { time, parts: [], length: 0 };
    line.parts.push(content.subarray(space + 1));
    line.length += content.length;
    if (content.at(-1) !== 0x0a && line.length < maxLine) {
      this.#open.set(stream, line);
      return;
    }
    this.#open.delete(stream);
    yield { stream, time: line.time, text: textOf(line.parts) };
  }

  *#pushTerminal(chunk: Buffer): Generator<LogLine> {
    let rest = Buffer.concat([this.#terminalRest, chunk]);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield* this.#pushFrame('stdout', rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
    }
    if (rest.length >= maxLine) yield* this.#pushFrame('stdout', rest);
    this.#terminalRest = rest.length >= maxLine ? Buffer.alloc(0) : rest;
  }
}

/** Decoded as a whole, because a frame may end within a character. */
function textOf(parts: readonly Buffer[]): string {
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
