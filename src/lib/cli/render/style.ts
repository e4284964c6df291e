import { sealed } from './terminal-text.ts';

/** Codes of SGR (ECMA-48) that switch a style on and off. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  greenBright: [92, 39],
  yellowBright: [93, 39],
  blueBright: [94, 39],
  magentaBright: [95, 39],
  cyanBright: [96, 39],
} as const;

/**
 * How text is coloured; with colour off every style returns its text unchanged. Coloured text is for `terminalText`,
 * which tells our colours from those in foreign text.
 */
export type Style = Readonly<Record<keyof typeof codes, (text: string) => string>>;

function styleOf(paint: (text: string, on: number, off: number) => string): Style {
  const styles = Object.entries(codes).map(([name, [on, off]]) => [name, (text: string) => paint(text, on, off)]);
  return Object.fromEntries(styles) as Style;
}

export const noStyle: Style = styleOf((text) => text);
const colours: Style = styleOf((text, on, off) => {
  const [start, end] = [sealed(on), sealed(off)];
  // The end of a style within the text would end this one, too.
  return text === '' ? '' : `${start}${text.replaceAll(end, end + start)}${end}`;
});

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
