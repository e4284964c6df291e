import type { Readable } from 'node:stream';
import { inspectContainer, short } from './containers.ts';
import { loadDockerode } from './dockerode.ts';
import { wrapFailure } from './engine-errors.ts';
import { FrameParser, type OutputName } from './engine-streams.ts';
import type { EngineReader, LogLine } from './engine.ts';
import type { Connection } from './http.ts';

type Query = Parameters<EngineReader['logs']>[1];

/**
 * The log of a container as lines with their times. With a terminal there is one stream, stdout. Ends quietly when the
 * signal aborts. A follower may miss a last line that has no newline: engines end the stream before it; a later read has it.
 */
export async function* readLogs(connection: Connection, id: string, query: Query): AsyncGenerator<LogLine> {
  const step = `read the log of ${short(id)}`;
  try {
    const { tty } = await inspectContainer(connection, id);
    const assembler = new LineAssembler();
    for await (const chunk of await openLog(connection, id, query)) yield* assembler.push(tty, chunk);
    yield* assembler.flush();
  } catch (cause) {
    if (query.signal?.aborted === true) return;
    throw wrapFailure(step, cause);
  }
}

async function openLog(connection: Connection, id: string, query: Query): Promise<AsyncIterable<Buffer>> {
  const container = (await loadDockerode(connection)).getContainer(id);
  const options = {
    stdout: true, stderr: true, timestamps: true,
    ...(query.tail === undefined ? {} : { tail: query.tail }),
    ...(query.sinceSeconds === undefined ? {} : { since: query.sinceSeconds }),
    ...(query.untilSeconds === undefined ? {} : { until: query.untilSeconds }),
    ...(query.signal === undefined ? {} : { abortSignal: query.signal }),
  };
  if (query.follow === true) return (await container.logs({ ...options, follow: true })) as unknown as Readable;
  const whole = await container.logs({ ...options, follow: false });
  return oneChunk(whole);
}

async function* oneChunk(content: Buffer): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

/**
 * Makes lines out of chunks. The engine cuts a long line into frames and puts a time before each; only the first one of a
 * line is kept.
 */
export class LineAssembler {
  readonly #frames = new FrameParser();
  readonly #open = new Map<OutputName, { readonly time: string; readonly parts: Buffer[] }>();
  #terminalRest: Buffer = Buffer.alloc(0);

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
    const space = content.indexOf(' ');
    const time = content.toString('latin1', 0, space);
    const line = this.#open.get(stream) ?? { time, parts: [] };
    line.parts.push(content.subarray(space + 1));
    if (content.at(-1) !== 0x0a) {
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
    this.#terminalRest = rest;
  }
}

/** Decoded as a whole, because a cut may fall within a character. */
function textOf(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString('utf8').replace(/\r?\n$/, '');
}
