import { Chalk, type ChalkInstance } from 'chalk';

/** How text is coloured; with colour off every style returns its text unchanged. */
export type Style = ChalkInstance;

export const noStyle: Style = new Chalk({ level: 0 });
const colours: Style = new Chalk({ level: 1 });

interface Terminal {
  readonly isTTY?: boolean | undefined;
}
type Environment = Readonly<Record<string, string | undefined>>;

/** Colour only on a terminal that can show it, and not where NO_COLOR is set to anything. */
export function styleFor(stream: Terminal, environment: Environment): Style {
  const isWanted = (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  return stream.isTTY === true && isWanted ? colours : noStyle;
}

/** Whether a live display is possible; in a continuous-integration log it would be garbage. */
export function canMove(stream: Terminal, environment: Environment): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb' && (environment['CI'] ?? '') === '';
}
