import type { ProgressEvent, ProgressSink, ProgressState } from '../../events.ts';
import { outputLine, warningLine } from './progress-plain.ts';
import { renderFrame, type ProgressLine } from './progress-frame.ts';
import type { Style } from './style.ts';
import { oneLine, programLine, terminalText } from './terminal-text.ts';

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
}

interface SubjectState {
  readonly working: Set<string>;
  /** Operations that have not ended yet; undefined if their number is not known. */
  left: number | undefined;
  state: ProgressState;
  text: string;
  /** What a long operation is at. */
  step: string;
  begunMs: number | undefined;
  endedMs: number | undefined;
}

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const eraseBelow = '\u001B[0J';
const frameMs = 100;

/**
 * A live display: one line for each subject, repainted at most ten times a second and only where it changed. It never
 * keeps the process alive, and the cursor comes back however the process ends (except by SIGKILL).
 */
export class TerminalProgress {
  readonly #stream: TerminalStream;
  readonly #style: Style;
  readonly #now: () => number;
  readonly #showOutput: boolean;
  readonly #subjects = new Map<string, SubjectState>();
  #painted: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #tick = 0;

  constructor(
    stream: TerminalStream,
    style: Style,
    options: { readonly now?: () => number; readonly showOutput?: boolean } = {},
  ) {
    this.#stream = stream;
    this.#style = style;
    this.#now = options.now ?? (() => performance.now());
    this.#showOutput = options.showOutput ?? false;
  }

  readonly sink: ProgressSink = (event) => {
    switch (event.type) {
      case 'begin':
        for (const subject of event.subjects) this.#subject(subject.name).left = subject.operations;
        this.#begin();
        return;
      case 'operation':
        this.#follow(event);
        return;
      case 'step':
        this.#subject(event.subject).step = event.text;
        return;
      case 'output':
        this.#subject(event.subject).step = programLine(event.line).trim();
        if (this.#showOutput) this.#printAbove(outputLine(event, this.#style));
        return;
      case 'warning':
        this.#printAbove(warningLine(event.text, this.#style));
        return;
      case 'notice':
        this.#printAbove(event.text);
        return;
      case 'end':
        this.#end();
    }
  };

  /** Paints the current state. Called by the timer, and by tests. */
  paint(): void {
    const size = { columns: this.#stream.columns ?? 80, rows: this.#stream.rows ?? 24 };
    const frame = renderFrame(this.#lines(), size, this.#tick++, this.#style).map(terminalText);
    const change = repaint(this.#painted, frame);
    if (change !== '') this.#stream.write(change);
    this.#painted = frame;
  }

  #begin(): void {
    if (this.#timer !== undefined) return;
    this.#stream.write(hideCursor);
    process.once('exit', this.#restoreCursor);
    this.#timer = setInterval(() => this.paint(), frameMs).unref();
  }

  #end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.paint();
    process.off('exit', this.#restoreCursor);
    this.#restoreCursor();
    this.#painted = [];
    this.#subjects.clear();
  }

  readonly #restoreCursor = (): void => {
    this.#stream.write(showCursor);
  };

  #subject(name: string): SubjectState {
    const known = this.#subjects.get(name);
    if (known !== undefined) return known;
    const made: SubjectState = {
      working: new Set(),
      left: undefined,
      state: 'waiting',
      text: 'waiting',
      step: '',
      begunMs: undefined,
      endedMs: undefined,
    };
    this.#subjects.set(name, made);
    return made;
  }

  #follow(event: Extract<ProgressEvent, { type: 'operation' }>): void {
    const subject = this.#subject(event.subject);
    if (event.state === 'working') {
      subject.working.add(event.operation);
      subject.begunMs ??= this.#now();
      subject.endedMs = undefined;
    } else {
      subject.working.delete(event.operation);
      if (event.state !== 'waiting' && subject.left !== undefined) subject.left -= 1;
      if (subject.working.size === 0) subject.endedMs = this.#now();
    }
    // A failure stays visible, whatever else the subject still does.
    if (subject.state === 'failed') return;
    subject.state = event.state === 'done' ? stateBetween(subject) : event.state;
    subject.text = event.text;
    subject.step = '';
  }

  #lines(): readonly ProgressLine[] {
    const now = this.#now();
    return [...this.#subjects].map(([name, { state, text, step, begunMs, endedMs }]) => ({
      name: oneLine(name),
      state,
      text: oneLine(step === '' ? text : `${text}: ${step}`),
      elapsedMs: begunMs === undefined ? undefined : (endedMs ?? now) - begunMs,
    }));
  }

  #printAbove(text: string): void {
    const up = this.#painted.length;
    this.#stream.write(`${up === 0 ? '' : `\u001B[${up}A`}\r${eraseBelow}${terminalText(text)}\n`);
    this.#painted = [];
    if (this.#timer !== undefined) this.paint();
  }
}

/** State after one of its operations: others may still be working or waiting. */
function stateBetween(subject: SubjectState): ProgressState {
  if (subject.working.size > 0) return 'working';
  return (subject.left ?? 0) > 0 ? 'waiting' : 'done';
}

/** The shortest text that turns one frame into the next; the cursor ends below the last line. */
function repaint(before: readonly string[], after: readonly string[]): string {
  if (before.length === after.length && before.every((line, index) => line === after[index])) return '';
  const up = before.length === 0 ? '' : `\u001B[${before.length}A`;
  const lines = after.map((line, index) => (line === before[index] ? '\n' : `\r\u001B[2K${line}\n`));
  return `${up}${lines.join('')}${after.length < before.length ? eraseBelow : ''}`;
}
