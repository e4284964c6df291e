// Man pages: dockerops(1), and dockerops-run(1) for each command, from what docs/commands.md is made of.
import {
  detailsOf,
  examplesOf,
  introduction,
  nameOf,
  ownFlags,
  sentence,
  sharedFlags,
  shownCommands,
  wordOf,
} from '../command-facts.mjs';

/** File name to text. `date`: when this version was made. */
export function manPages(commands, { description, version, date }) {
  const shown = shownCommands(commands);
  const day = date.toISOString().slice(0, 10);
  const title = (name) => `.TH ${roff(name.toUpperCase())} 1 ${day} "dockerops ${version}" "dockerops"`;
  const pages = shown.map((command) => [pageOf(command), [title(pageOf(command)), ...commandPage(command)]]);
  const main = ['dockerops', [title('dockerops'), ...mainPage(shown, description)]];
  return new Map([main, ...pages].map(([name, lines]) => [`${name}.1`, `${lines.join('\n')}\n`]));
}

function mainPage(commands, description) {
  return [
    section('NAME'),
    `dockerops \\- ${roff(description)}`,
    section('SYNOPSIS'),
    '\\fBdockerops\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]',
    section('DESCRIPTION'),
    introduction.split('\n\n').map(markdown).join('\n.PP\n'),
    section('COMMANDS'),
    ...commands.flatMap((command) => item(`\\fB${roff(pageOf(command))}\\fR(1)`, sentence(command.description))),
    section('OPTIONS OF EVERY COMMAND'),
    ...sharedFlags(commands).flatMap(flagItem),
    section('FILES'),
    ...item('\\fBrun.conf\\fR, \\fBservices/\\fR', 'The project: its instances, and a folder for each service.'),
    ...item('\\fB/etc/dockerops/\\fR', 'Settings of the daemons.'),
    ...item('\\fB~/.cache/dockerops/\\fR', 'May be removed at any time.'),
    section('SEE ALSO'),
    '\\fBdocker\\fR(1), \\fI/usr/share/doc/dockerops/\\fR',
  ];
}

function commandPage(command) {
  const args = Object.values(command.args ?? {});
  const flags = ownFlags(command);
  const examples = examplesOf(command);
  const aliases = command.aliases ?? [];
  return [
    section('NAME'),
    `${roff(pageOf(command))} \\- ${roff(command.description)}`,
    section('SYNOPSIS'),
    `\\fBdockerops ${roff(nameOf(command))}\\fR ${args.map(argumentWord).join(' ')} [\\fIOPTIONS\\fR]`,
    section('DESCRIPTION'),
    roff(sentence(command.description)),
    ...(aliases.length === 0 ? [] : [`Also called ${aliases.map((alias) => `\\fB${roff(alias)}\\fR`).join(', ')}.`]),
    ...(args.length === 0 ? [] : [section('ARGUMENTS')]),
    ...args.flatMap((argument) => item(`\\fI${roff(argument.name)}\\fR`, detailsOf(argument))),
    section('OPTIONS'),
    ...flags.flatMap(flagItem),
    '.PP',
    'The options of every command are in \\fBdockerops\\fR(1).',
    ...(examples.length === 0 ? [] : [section('EXAMPLES'), '.nf', ...examples.map(roff), '.fi']),
    section('SEE ALSO'),
    '\\fBdockerops\\fR(1)',
  ];
}

function pageOf(command) {
  return `dockerops-${nameOf(command).replaceAll(' ', '-')}`;
}

function argumentWord({ name, required }) {
  const word = `\\fI${roff(name)}\\fR`;
  return required === true ? word : `[${word}]`;
}

function flagItem([name, flag]) {
  const short = flag.char === undefined ? '' : `, \\fB\\-${flag.char}\\fR`;
  return item(`\\fB${roff(wordOf(name, flag))}\\fR${short}`, detailsOf(flag));
}

function section(name) {
  return `.SH "${name}"`;
}

function item(head, text) {
  return ['.TP', head, roff(text)];
}

/** Code in backquotes becomes bold. */
function markdown(text) {
  return roff(text).replaceAll(/`([^`]*)`/g, '\\fB$1\\fR');
}

/** ASCII. A hyphen stays one that can be copied, and a dot or a quote at the start of a line is no request. */
function roff(text) {
  return text
    .replaceAll('…', '...')
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1');
}
