import { Config, type Interfaces } from '@oclif/core';
import type { BaseCommand } from './lib/cli/base-command.ts';
import { shapeOf } from './lib/cli/arguments/command-shape.ts';
import { endOfFlags, helpSubject, type Program } from './lib/cli/arguments/program.ts';
import { outputFailure } from './lib/cli/arguments/output-failure.ts';
import { printError } from './lib/cli/arguments/print-error.ts';
import { rewriteArguments } from './lib/cli/arguments/rewrite-arguments.ts';

interface CommandClass {
  id: string;
  new (argv: string[], config: Config): BaseCommand;
}

/**
 * Runs the command line, from argv to the exit code. Names, arguments and help of commands come with the program, made
 * at build time; the code of a command is loaded when it runs.
 */
export async function main(argv: readonly string[], program: Program<CommandClass>): Promise<void> {
  process.on('uncaughtException', (error) => process.exit(fail(error, argv)));
  try {
    await dispatch(argv, program);
  } catch (error) {
    process.exitCode = fail(error, argv);
  }
  // Exit although connections may be idle, but only after the output is written.
  process.stdout.write('', () => {
    const lost = outputFailure(process.stdout.errored);
    if (lost !== undefined) process.exitCode = fail(lost, argv);
    // Without an argument: `process.exit(undefined)` would forget the exit code.
    process.exit();
  });
}

async function dispatch(argv: readonly string[], program: Program<CommandClass>): Promise<void> {
  const shapes = program.manifest.map(shapeOf);
  const subject = helpSubject(argv, shapes);
  if (subject !== undefined) return await showHelp(subject, program);
  const [id = '', ...rest] = rewriteArguments(argv, shapes);
  const load = program.load[id];
  // Without code it is the first word of two-word commands (`dns`).
  if (load === undefined) return await showHelp([id], program);
  const { default: Command } = await load();
  Command.id = id;
  await new Command(rest, slimConfig(program)).execute();
}

function fail(error: unknown, argv: readonly string[]): number {
  return printError(error, {
    // Where standard output has failed, only standard error is left.
    json: process.stdout.errored == null && argv.slice(0, endOfFlags(argv)).includes('--json'),
    debug: process.env['LOG_LEVEL']?.toLowerCase() === 'debug',
  });
}

/**
 * The part of oclif's configuration that a running command uses. The whole one, with plugins, hooks and themes, is only
 * loaded for help.
 */
function slimConfig({ pjson, root }: Program<CommandClass>): Config {
  const { name, version } = pjson;
  return {
    name,
    version,
    root,
    pjson,
    bin: name,
    runHook: async () => ({ successes: [], failures: [] }),
    scopedEnvVarKeys: () => [],
  } as unknown as Config;
}

async function showHelp(subject: readonly string[], program: Program<CommandClass>): Promise<void> {
  const { Help } = await import('@oclif/core');
  const config = await configOf(program);
  await new Help(config, helpOptions(config)).showHelp([...subject]);
}

/** Help is at most as wide as the terminal. */
function helpOptions({ pjson: { oclif } }: Config): { readonly maxWidth?: number } {
  const { isTTY, columns } = process.stdout;
  const { maxWidth = Infinity, ...others } = { ...oclif.helpOptions };
  return { ...others, maxWidth: isTTY && columns > 0 ? Math.max(40, Math.min(maxWidth, columns)) : maxWidth };
}

async function configOf(program: Program<CommandClass>): Promise<Config> {
  const { pjson, root, commands } = program;
  const plugin = {
    name: pjson.name,
    version: pjson.version,
    alias: pjson.name,
    pjson,
    root,
    type: 'core',
    isRoot: true,
    valid: true,
    hooks: {},
    topics: topicsOf(pjson),
    commands: Object.values(commands()).map((command) => ({ ...command, pluginName: pjson.name, pluginType: 'core' })),
  } as unknown as Interfaces.Plugin;
  return await Config.load({ root, pjson, plugins: new Map([[pjson.name, plugin]]) });
}

function topicsOf(pjson: Interfaces.PJSON): readonly Interfaces.Topic[] {
  const topics = (pjson.oclif.topics ?? {}) as Readonly<Record<string, { readonly description: string }>>;
  return Object.entries(topics).map(([name, { description }]) => ({ name, description }));
}
