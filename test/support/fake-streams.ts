import { Duplex, PassThrough } from 'node:stream';
import { streamOpened, type EngineEvent, type ExecSession, type LabelFilter } from '../../src/lib/engine/engine.ts';
import { matches } from './fake-container.ts';
import type { ProgramResult } from './fake-program.ts';

export async function* readEvents(
  source: AsyncIterable<[EngineEvent]>,
  { labels, actions }: { readonly labels: LabelFilter; readonly actions?: readonly string[] },
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  try {
    yield streamOpened;
    for await (const [event] of source)
      if (matches(event.labels, labels) && actions?.includes(event.action) !== false) yield event;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Runs the program when its input ends. */
export function openSession(run: (stdin: string) => ProgramResult): ExecSession {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const ended = Promise.withResolvers<number>();
  let input = '';
  const stdin = new Duplex({
    read() {
      /* output comes on the streams beside it */
    },
    write(chunk: Buffer, _encoding, done) {
      input += chunk.toString('utf8');
      done();
    },
    final(done) {
      const result = run(input);
      stdout.end(result.stdout);
      stderr.end(result.stderr);
      ended.resolve(result.exitCode);
      done();
    },
  });
  return { stdin, stdout, stderr, resize: async () => {}, exitCode: () => ended.promise };
}
