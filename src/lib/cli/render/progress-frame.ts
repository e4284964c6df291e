import type { ProgressState } from '../../events.ts';
import { cutTo } from './table.ts';
import type { Style } from './style.ts';
import { textWidth } from './text-width.ts';

/** One line of the live display. */
export interface ProgressLine {
  readonly name: string;
  readonly state: ProgressState;
  readonly text: string;
  /** Milliseconds since its first operation began; undefined while it waits. */
  readonly elapsedMs: number | undefined;
}

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const order: readonly ProgressState[] = ['failed', 'working', 'done', 'skipped', 'waiting'];

/**
 * The lines of one frame. If they do not fit on the screen: the counts, then as many failed and working lines as fit.
 */
export function renderFrame(
  lines: readonly ProgressLine[],
  size: FrameSize,
  tick: number,
  style: Style,
): readonly string[] {
  const room = Math.max(2, size.rows - 1);
  if (lines.length <= room) return renderLines(lines, size, tick, style);
  const interesting = lines.filter((line) => line.state === 'failed' || line.state === 'working').slice(0, room - 1);
  return [cutTo(summaryOf(lines), size.columns - 1), ...renderLines(interesting, size, tick, style)];
}

/** `50 total: 1 failed, 4 working, 20 done, 25 waiting` */
export function summaryOf(lines: readonly ProgressLine[]): string {
  const counts = order
    .map((state) => ({ state, count: lines.filter((line) => line.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`);
  return `${lines.length} total: ${counts.join(', ')}`;
}

function renderLines(lines: readonly ProgressLine[], size: FrameSize, tick: number, style: Style): readonly string[] {
  const nameWidth = Math.max(0, ...lines.map((line) => textWidth(line.name)));
  return lines.map((line) => renderLine(line, nameWidth, size.columns - 1, tick, style));
}

function renderLine(line: ProgressLine, nameWidth: number, width: number, tick: number, style: Style): string {
  const time = line.elapsedMs === undefined ? '' : `${(line.elapsedMs / 1000).toFixed(1)}s`;
  const padding = ' '.repeat(nameWidth - textWidth(line.name));
  const text = cutTo(`${line.name}${padding}  ${line.text}`, width - 3 - time.length);
  const gap = ' '.repeat(Math.max(1, width - 2 - textWidth(text) - time.length));
  return `${markOf(line.state, tick, style)} ${text}${time === '' ? '' : gap + style.dim(time)}`;
}

function markOf(state: ProgressState, tick: number, style: Style): string {
  switch (state) {
    case 'working':
      return style.cyan(spinner[tick % spinner.length] ?? '*');
    case 'done':
      return style.green('✔');
    case 'failed':
      return style.red('✖');
    case 'skipped':
      return style.yellow('-');
    case 'waiting':
      return style.dim('·');
  }
}
