// docs/commands.md: every command with its arguments, options and examples. Called by scripts/docs.mjs.

/** `commands`: as oclif describes them. */
export function commandReference(commands) {
  const shown = commands.filter(({ hidden }) => hidden !== true);
  return `${[head(shown), ...shown.map(commandText)].join('\n\n')}\n`;
}

function head(commands) {
  const isShared = ([, flag]) => flag.helpGroup === 'GLOBAL';
  const shared = Object.entries(commands[0].flags).filter(isShared);
  return `<!-- Made by scripts/docs.mjs from the commands; do not edit. -->
# Commands

Every command is understood in two dialects. \`dockerops run postgres --instance master --no-publish-ports\` is
\`dockerops run:postgres,instance=master,publish_ports=False\`: after the colon the first word is the first argument, a
second word is the instance or a switch, and \`key=value\` is an option. Values may be quoted and hold commas then.
\`dns ps\` is \`dns:ps\`.

Exit codes: 0 done or nothing to do, 1 the work failed, 2 wrong usage or an invalid file, 130 interrupted. \`ssh\`,
\`shell\`, \`exec\` and \`once\` end with the status of what they ran. Results are on standard output, all else on
standard error.

| command | does |
|---|---|
${commands.map(commandRow).join('\n')}

## Options of every command
${flagTable(shared)}`;
}

function commandRow(command) {
  const name = nameOf(command);
  return `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${command.description} |`;
}

function commandText(command) {
  const own = Object.entries(command.flags ?? {}).filter(
    ([, flag]) => flag.helpGroup !== 'GLOBAL' && flag.hidden !== true,
  );
  const examples = (command.examples ?? []).map((example) => example.replaceAll('<%= config.bin %>', 'dockerops'));
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

function nameOf({ id }) {
  return id.replaceAll(':', ' ');
}

function argumentTable(args) {
  return args.length === 0 ? '' : `| argument | is |\n|---|---|\n${args.map(argumentRow).join('\n')}`;
}

function argumentRow({ name, required, description = '', default: value }) {
  return (
    `| ${required === true ? name : `[${name}]`} | ` +
    `${cell(value === undefined ? description : `${description}; default: ${value}`)} |`
  );
}

function flagTable(flags) {
  return `| option | does |\n|---|---|\n${flags
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(flagRow)
    .join('\n')}`;
}

function flagRow([name, { char, type, helpValue, allowNo, options, default: value, description, env }]) {
  const long = `--${allowNo === true ? '[no-]' : ''}${name}${type === 'boolean' ? '' : valueText(helpValue)}`;
  const more = [
    ...(options === undefined ? [] : [`one of ${options.join(', ')}`]),
    ...(value === undefined || value === false ? [] : [`default: ${value}`]),
    ...(env === undefined ? [] : [`variable: ${env}`]),
  ];
  return `| \`${long}\`${char === undefined ? '' : `, \`-${char}\``} | ${cell([description, ...more].join('; '))} |`;
}

/** All in brackets: the value may be left out. */
function valueText(helpValue = 'VALUE') {
  return /^\[[^[\]]*\]$/.test(helpValue) ? `[=${helpValue.slice(1)}` : ` ${helpValue}`;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
