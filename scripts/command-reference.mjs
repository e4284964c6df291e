// docs/commands.md: every command with its arguments, options and examples. Called by scripts/docs.mjs.
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
} from './command-facts.mjs';

/** `commands`: as oclif describes them. */
export function commandReference(commands) {
  const shown = shownCommands(commands);
  return `${[head(shown), ...shown.map(commandText)].join('\n\n')}\n`;
}

function head(commands) {
  return `<!-- Made by scripts/docs.mjs from the commands; do not edit. -->
# Commands

${introduction}

| command | does |
|---|---|
${commands.map(commandRow).join('\n')}

## Options of every command
${flagTable(sharedFlags(commands))}`;
}

function commandRow(command) {
  const name = nameOf(command);
  return `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${command.description} |`;
}

function commandText(command) {
  const own = ownFlags(command);
  const examples = examplesOf(command);
  return [
    `## ${nameOf(command)}`,
    `${sentence(command.description)}${aliasText(command.aliases)}`,
    argumentTable(Object.values(command.args ?? {})),
    own.length === 0 ? '' : flagTable(own),
    examples.length === 0 ? '' : `\`\`\`\n${examples.join('\n')}\n\`\`\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function aliasText(aliases = []) {
  return aliases.length === 0 ? '' : ` Also called ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`;
}

function argumentTable(args) {
  return args.length === 0 ? '' : `| argument | is |\n|---|---|\n${args.map(argumentRow).join('\n')}`;
}

function argumentRow(argument) {
  return `| ${argument.required === true ? argument.name : `[${argument.name}]`} | ${cell(detailsOf(argument))} |`;
}

function flagTable(flags) {
  return `| option | does |\n|---|---|\n${flags.map(flagRow).join('\n')}`;
}

function flagRow([name, flag]) {
  const short = flag.char === undefined ? '' : `, \`-${flag.char}\``;
  return `| \`${wordOf(name, flag)}\`${short} | ${cell(detailsOf(flag))} |`;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}
