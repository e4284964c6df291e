/** What it takes to parse the arguments of a command: from oclif's manifest, without loading the command. */
export interface CommandShape {
  /** As oclif has it: `run`, `dns:ps`, `install_demo`. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** Names of the positional arguments, in order. */
  readonly positionals: readonly string[];
  /** The last positional may be given any number of times. */
  readonly isOpenEnded: boolean;
  readonly flags: readonly FlagShape[];
}

export interface FlagShape {
  /** With hyphens: `publish-ports`. */
  readonly name: string;
  readonly char: string | undefined;
  readonly aliases: readonly string[];
  readonly isSwitch: boolean;
  /** A switch that `--no-name` turns off. */
  readonly isNegatable: boolean;
  /** It may be given without a value, which is then empty. */
  readonly isValueOptional: boolean;
}

/** The part of a command in oclif's manifest that is used here. */
export interface ManifestCommand {
  readonly id: string;
  readonly aliases?: readonly string[] | undefined;
  readonly hiddenAliases?: readonly string[] | undefined;
  readonly args?: Readonly<Record<string, { readonly multiple?: boolean | undefined }>> | undefined;
  readonly flags?: Readonly<Record<string, ManifestFlag>> | undefined;
}

interface ManifestFlag {
  readonly type: string;
  readonly char?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly allowNo?: boolean | undefined;
  /** All in brackets: the value may be left out. */
  readonly helpValue?: string | readonly string[] | undefined;
}

export function shapeOf(command: ManifestCommand): CommandShape {
  return {
    id: command.id,
    aliases: [...(command.aliases ?? []), ...(command.hiddenAliases ?? [])],
    positionals: Object.keys(command.args ?? {}),
    isOpenEnded: Object.values(command.args ?? {}).at(-1)?.multiple === true,
    flags: Object.entries(command.flags ?? {}).map(([name, flag]) => ({
      name,
      char: flag.char,
      aliases: flag.aliases ?? [],
      isSwitch: flag.type === 'boolean',
      isNegatable: flag.allowNo === true,
      isValueOptional: typeof flag.helpValue === 'string' && /^\[[^[\]]*\]$/.test(flag.helpValue),
    })),
  };
}
