import type { CommandShape, FlagShape } from './command-shape.ts';

export const switchValues = 'True, False, yes, no, y, n, 1, 0';
const values: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  no: false,
  n: false,
  0: false,
};

/** Parses a boolean of the command line, in any case; undefined if it is none. */
export function readSwitch(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return Object.hasOwn(values, word) ? values[word] : undefined;
}

/** `publish_ports` and `publish-ports` are the same name. */
export function findFlag(command: CommandShape, key: string): FlagShape | undefined {
  const name = key.replaceAll('_', '-');
  return command.flags.find((flag) => flag.name === name || flag.aliases.includes(name));
}

/**
 * The flags that set a switch, also by its negated name; undefined if the key is no switch. A switch without negation
 * is off if it is left out, and so is a flag whose value may be left out.
 */
export function spellSwitch(command: CommandShape, key: string, isOn: boolean): readonly string[] | undefined {
  const flag = findFlag(command, key);
  if (flag?.isValueOptional === true) return isOn ? [`--${flag.name}=`] : [];
  if (flag !== undefined) return flag.isSwitch ? spell(flag, isOn) : undefined;
  const negated = /^no[-_](.+)$/.exec(key)?.[1];
  const positive = negated === undefined ? undefined : findFlag(command, negated);
  return positive?.isSwitch === true && positive.isNegatable ? spell(positive, !isOn) : undefined;
}

function spell(flag: FlagShape, isOn: boolean): readonly string[] {
  if (isOn) return [`--${flag.name}`];
  return flag.isNegatable ? [`--no-${flag.name}`] : [];
}
