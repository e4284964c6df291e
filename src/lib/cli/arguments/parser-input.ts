/** The parts of oclif's parser input that are adjusted here. */
interface Adjustable {
  readonly args?: object | undefined;
  readonly flags?: object | undefined;
}

/** Prefix of values that begin with a dash, which oclif would take for flags even after `--name=`. */
const hidden = '\0';

/**
 * By default oclif waits on standard input for a missing argument, and gives a repeatable flag all words after it. Both
 * are turned off.
 */
export function prepareInput<T extends Adjustable>(input: T): T {
  for (const arg of Object.values(input.args ?? {}) as { ignoreStdin?: boolean }[]) arg.ignoreStdin = true;
  for (const flag of Object.values(input.flags ?? {}) as { multipleNonGreedy?: boolean }[])
    flag.multipleNonGreedy = true;
  return input;
}

/** `--command=-la` is a value, not the flag -l. */
export function hideDashes(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((word, index) =>
    end === -1 || index < end ? word.replace(/^(--[a-z][\w-]*=)(?=-[^\d])/i, `$1${hidden}`) : word,
  );
}

export function showDashes(flags: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(flags))
    flags[name] = Array.isArray(value) ? value.map(shown) : shown(value);
}

function shown(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(hidden) ? value.slice(hidden.length) : value;
}
