import { UserError } from '../../errors.ts';
import type { CommandShape } from './command-shape.ts';
import { findNearest } from '../../did-you-mean.ts';

/** The command that an argv means, the text after its colon, and the words that follow. */
export interface FoundCommand {
  readonly command: CommandShape;
  /** `postgres,instance=master` of `run:postgres,instance=master`; empty if there is none. */
  readonly text: string;
  readonly rest: readonly string[];
}

/** Finds the longest command name at the start of argv, in one word or two, with a colon or a space between them. */
export function findCommand(argv: readonly string[], commands: readonly CommandShape[]): FoundCommand | undefined {
  const names = namesOf(commands);
  for (const count of [2, 1]) {
    if (argv.length < count) continue;
    const typed = argv.slice(0, count).join(':');
    const reachesLast = count === 1 ? 0 : (argv[0]?.length ?? 0);
    const found = longest(names.filter(({ name }) => name.length > reachesLast && isCalled(typed, name)));
    if (found !== undefined)
      return { command: found.command, text: typed.slice(found.name.length + 1), rest: argv.slice(count) };
  }
  return undefined;
}

/** True for the first word of two-word commands, such as `dns`. */
export function isTopic(word: string, commands: readonly CommandShape[]): boolean {
  return commands.some(({ id }) => id.startsWith(`${word}:`));
}

export function unknownCommand(argv: readonly string[], commands: readonly CommandShape[]): UserError {
  const [first = '', second] = argv;
  const [typed = '', afterColon] = first.split(/[:,]/);
  const name = isTopic(typed, commands)
    ? [typed, afterColon ?? second].filter((part) => part !== undefined).join(' ')
    : typed;
  const nearest =
    otherWords.get(name.toLowerCase()) ??
    findNearest(
      name,
      namesOf(commands).map((known) => known.name.replaceAll(':', ' ')),
    );
  return new UserError(`"${name}" is not a command of dockerops`, {
    code: 'UNKNOWN_COMMAND',
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean "dockerops ${nearest}"?`]),
      '"dockerops help" lists all commands',
    ],
  });
}

/** What commands are called elsewhere: by Docker, compose, and DockerOps' later versions. */
export const otherWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ps: ['status', 'list', 'ls', 'top', 'containers', 'instances'],
    clean: ['rm', 'remove', 'delete', 'destroy', 'del', 'prune', 'teardown'],
    stop: ['kill', 'halt', 'shutdown', 'pause'],
    start: ['unpause', 'resume'],
    run: ['create', 'launch'],
    rerun: ['recreate', 'replace', 'reload', 'redeploy', 'update', 'upgrade'],
    plan: ['dryrun', 'dry-run', 'preview'],
    shell: ['bash', 'sh', 'enter', 'attach', 'console', 'terminal'],
    ssh: ['login', 'connect'],
    exec: ['execute'],
    diff: ['compare', 'changes'],
    logs: ['tail', 'output'],
    info: ['inspect', 'describe', 'show', 'details'],
    env: ['variables', 'vars', 'environment'],
    get_ip: ['address', 'addr'],
    validate: ['config', 'lint', 'check', 'verify', 'test'],
    doctor: ['diagnose', 'troubleshoot'],
    install_demo: ['demo', 'instdemo'],
    init: ['setup', 'bootstrap'],
    build: ['rebuild', 'make', 'compile'],
    import: ['convert'],
    operator: ['daemon'],
    once: ['task', 'oneoff', 'one-off'],
  }).flatMap(([command, words]) => words.map((word) => [word, command] as const)),
);

interface NamedCommand {
  readonly name: string;
  readonly command: CommandShape;
}

function namesOf(commands: readonly CommandShape[]): readonly NamedCommand[] {
  return commands.flatMap((command) => [command.id, ...command.aliases].map((name) => ({ name, command })));
}

/** `dns:ps` wins over `dns`. */
function longest(names: readonly NamedCommand[]): NamedCommand | undefined {
  return names.reduce<NamedCommand | undefined>(
    (best, named) => (best === undefined || named.name.length > best.name.length ? named : best),
    undefined,
  );
}

/** Hyphen and underscore are the same in command names: `install-demo` is `install_demo`. */
function isCalled(typed: string, name: string): boolean {
  // Saves most of the work, at every start.
  if (typed[0] !== name[0]) return false;
  const start = typed.slice(0, name.length).replaceAll('-', '_');
  return start === name.replaceAll('-', '_') && (typed.length === name.length || typed[name.length] === ':');
}
