export interface InstructionWords {
  /** Words before the first that does not begin with `--`. */
  readonly options: readonly string[];
  readonly words: readonly string[];
}

/** The words of an instruction such as `--from=build /a /b`. */
export function instructionWords(text: string): InstructionWords {
  const all = text.split(/\s+/).filter((word) => word !== '');
  const first = all.findIndex((word) => !/^--./.test(word));
  const end = first === -1 ? all.length : first;
  return { options: all.slice(0, end), words: all.slice(end) };
}

/** Values of `--name=value` options. */
export function optionValues(options: readonly string[], name: string): readonly string[] {
  const start = `--${name}=`;
  return options.filter((word) => word.startsWith(start)).map((word) => word.slice(start.length));
}
