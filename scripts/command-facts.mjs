// What docs/commands.md and the man pages say of commands, as oclif describes them.

export const introduction = `Every command is understood in two dialects. \
\`dockerops run postgres --instance master --no-publish-ports\` is
\`dockerops run:postgres,instance=master,publish_ports=False\`: after the colon the first word is the first argument, a
second word is the instance or a switch, and \`key=value\` is an option. Values may be quoted and hold commas then.
\`dns ps\` is \`dns:ps\`.

Exit codes: 0 done or nothing to do, 1 the work failed, 2 wrong usage or an invalid file, 130 interrupted. \`ssh\`,
\`shell\`, \`exec\` and \`once\` end with the status of what they ran. Results are on standard output, all else on
standard error.`;

export function shownCommands(commands) {
  return commands.filter(({ hidden }) => hidden !== true);
}

export function nameOf({ id }) {
  return id.replaceAll(':', ' ');
}

export function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export function examplesOf({ examples = [] }) {
  return examples.map((example) => example.replaceAll('<%= config.bin %>', 'dockerops'));
}

/** Names and flags that every command has. */
export function sharedFlags([{ flags }]) {
  return sorted(Object.entries(flags).filter(([, flag]) => flag.helpGroup === 'GLOBAL'));
}

export function ownFlags({ flags = {} }) {
  return sorted(Object.entries(flags).filter(([, flag]) => flag.helpGroup !== 'GLOBAL' && flag.hidden !== true));
}

const sorted = (flags) => flags.sort(([a], [b]) => (a < b ? -1 : 1));

/** A flag as it is typed: `--[no-]replace`, `--instance NAME`. */
export function wordOf(name, { type, helpValue, allowNo }) {
  return `--${allowNo === true ? '[no-]' : ''}${name}${type === 'boolean' ? '' : valueText(helpValue)}`;
}

/** All in brackets: the value may be left out. */
function valueText(helpValue = 'VALUE') {
  return /^\[[^[\]]*\]$/.test(helpValue) ? `[=${helpValue.slice(1)}` : ` ${helpValue}`;
}

/** What an argument or a flag does, with its values, default and variable. */
export function detailsOf({ type, options, default: value, description = '', env }) {
  const isFlag = type !== undefined;
  const more = [
    ...(isFlag && options !== undefined ? [`one of ${options.join(', ')}`] : []),
    ...(value === undefined || value === false ? [] : [`default: ${value}`]),
    ...(env === undefined ? [] : [`variable: ${env}`]),
  ];
  return [description, ...more].join('; ');
}
