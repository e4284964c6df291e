import { Flags } from '@oclif/core';
import { parseLogLevel, type LogLevel } from './log-level.ts';

/** The flags that every command has. */
export const sharedFlags = {
  json: Flags.boolean({ helpGroup: 'GLOBAL', description: 'print a JSON document instead of text' }),
  // A value from the environment has no token.
  'log-level': Flags.custom<LogLevel>({
    parse: async (text, { token }: { readonly token?: unknown }) =>
      parseLogLevel(text, token === undefined ? 'LOG_LEVEL' : '--log-level'),
  })({
    helpGroup: 'GLOBAL',
    env: 'LOG_LEVEL',
    helpValue: 'LEVEL',
    description: 'least severe messages to show: debug, info, warning, error or fatal',
  }),
  host: Flags.string({
    helpGroup: 'GLOBAL',
    char: 'H',
    helpValue: 'ADDRESS',
    description: 'engine to use: unix://, tcp:// or ssh://',
  }),
  project: Flags.string({ helpGroup: 'GLOBAL', helpValue: 'NAME', description: 'name of the project' }),
  'project-dir': Flags.string({ helpGroup: 'GLOBAL', helpValue: 'DIR', description: 'directory of the project' }),
  yes: Flags.boolean({ helpGroup: 'GLOBAL', char: 'y', description: 'answer yes to every question' }),
};

/** Their parsed values. */
export interface SharedFlags {
  readonly json: boolean;
  readonly logLevel: LogLevel;
  /** Address of the engine; undefined: found as Docker's CLI finds it. */
  readonly host: string | undefined;
  readonly project: string | undefined;
  readonly projectDirectory: string | undefined;
  /** Every yes-or-no question is answered with yes. */
  readonly yes: boolean;
}

/** `flags`: as oclif parsed them, among those of the command. */
export function sharedOf(flags: Readonly<Record<string, unknown>>): SharedFlags {
  const parsed = flags as {
    json?: boolean;
    'log-level'?: LogLevel;
    host?: string;
    project?: string;
    'project-dir'?: string;
    yes?: boolean;
  };
  return {
    json: parsed.json === true,
    logLevel: parsed['log-level'] ?? 'info',
    host: parsed.host,
    project: parsed.project,
    projectDirectory: parsed['project-dir'],
    yes: parsed.yes === true,
  };
}
