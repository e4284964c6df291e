import type { ProgressEvent, ProgressSink } from '../../events.ts';
import type { Style } from './style.ts';
import { oneLine, programLine } from './terminal-text.ts';

/** What is shown beside failures: warnings, finished operations, lines of builds and pulls. */
export interface PlainDetail {
  readonly warnings: boolean;
  readonly operations: boolean;
  readonly output: boolean;
}

/** One line for each finished operation; for pipes, logs and terminals without cursor control. */
export function plainProgress(write: (line: string) => void, style: Style, detail: PlainDetail): ProgressSink {
  return (event) => {
    const line = plainLine(event, style, detail);
    if (line !== undefined) write(line);
  };
}

function plainLine(event: ProgressEvent, style: Style, detail: PlainDetail): string | undefined {
  switch (event.type) {
    case 'operation':
      return operationLine(event, style, detail);
    case 'step':
      return detail.operations ? `${oneLine(event.subject)}: ${oneLine(event.text)}` : undefined;
    case 'output':
      return detail.output ? outputLine(event, style) : undefined;
    case 'warning':
      return detail.warnings ? warningLine(event.text, style) : undefined;
    case 'notice':
      return detail.operations ? event.text : undefined;
    case 'begin':
    case 'end':
      return undefined;
  }
}

function operationLine(
  event: Extract<ProgressEvent, { type: 'operation' }>,
  style: Style,
  detail: PlainDetail,
): string | undefined {
  if (event.state === 'failed') return `${oneLine(event.subject)}: ${style.red(event.text)}`;
  const isFinished = event.state === 'done' || event.state === 'skipped';
  return detail.operations && isFinished ? `${oneLine(event.subject)}: ${event.text}` : undefined;
}

/** A line of a build or a pull behind the image that it is about. */
export function outputLine({ subject, line }: Extract<ProgressEvent, { type: 'output' }>, style: Style): string {
  return `${style.dim(`${oneLine(subject)} |`)} ${programLine(line)}`;
}

export function warningLine(text: string, style: Style): string {
  return `${style.yellow('warning:')} ${text}`;
}
