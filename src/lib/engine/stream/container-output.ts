import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { hasCode } from '../engine-errors.ts';
import { Demultiplexer } from './engine-streams.ts';

/** What comes out of a hijacked connection. Both outputs have to be read (or resumed): they share the connection. */
export interface ContainerOutput {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when everything was handed on and both outputs have ended. */
  readonly ended: Promise<void>;
}

/** Separates the outputs on a connection. With a tty the engine does not mark them: all is stdout. */
export function readOutput(socket: Duplex, tty: boolean): ContainerOutput {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const sink = tty ? stdout : new Demultiplexer({ stdout, stderr });
  const finish = (error?: Error): void => {
    endAll([stdout, stderr], error);
    resolve();
  };
  const finishSink = (): void => {
    if (tty) finish();
    else sink.end(() => finish());
  };
  socket.pipe(sink, { end: false });
  socket.on('end', finishSink).on('error', finish).on('close', finishSink);
  return { stdout, stderr, ended };
}

function endAll(outputs: readonly PassThrough[], error: Error | undefined): void {
  // A command that ends without reading all its input makes the engine reset the connection, after all of its output.
  const failure = error === undefined || hasCode(error, ['EPIPE', 'ECONNRESET']) ? undefined : error;
  for (const output of outputs) {
    if (failure === undefined) output.end();
    else output.destroy(failure);
  }
}
