import type { ProgressSink } from '../../events.ts';
import type { LogLevel } from '../arguments/log-level.ts';
import { plainProgress } from './progress-plain.ts';
import { TerminalProgress, type TerminalStream } from './progress-tty.ts';
import { canMove, styleFor } from './style.ts';
import { terminalText } from './terminal-text.ts';

export interface ProgressChoice {
  readonly logLevel: LogLevel;
  /** Warnings and failures only: under --json. */
  readonly quiet: boolean;
  /** Also lines of builds and pulls. */
  readonly output: boolean;
}

/** A live display on a terminal, plain lines elsewhere. */
export function createProgress(
  stream: TerminalStream,
  environment: Readonly<Record<string, string | undefined>>,
  choice: ProgressChoice,
): ProgressSink {
  const style = styleFor(stream, environment);
  const isDebug = choice.logLevel === 'debug';
  const operations = isDebug || (choice.logLevel === 'info' && !choice.quiet);
  if (operations && !isDebug && canMove(stream, environment))
    return new TerminalProgress(stream, style, { showOutput: choice.output }).sink;
  const warnings = choice.logLevel !== 'error' && choice.logLevel !== 'fatal';
  return plainProgress((line) => void stream.write(`${terminalText(line)}\n`), style, {
    warnings,
    operations,
    output: isDebug || choice.output,
  });
}
