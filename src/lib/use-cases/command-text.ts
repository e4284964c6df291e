/**
 * Options whose values may be shown. Any other value may be secret: an address with a password, a command. Words after
 * `--` are a command, too.
 */
const shownOptions: ReadonlySet<string> = new Set([
  '--instance',
  '-i',
  '--group',
  '--conf',
  '--instance-type',
  '--timeout',
]);
const option = /^(--[^=]+(?==|$)|-[^-])(.*)$/s;

/** A command as the lock shows it to others: `dockerops run web --instance one --seed-command …`. */
export function commandText(id: string, words: readonly string[]): string {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const shownWords = words.slice(0, end).map((word, index) => shown(word, words[index - 1] ?? ''));
  return ['dockerops', id, ...shownWords, ...(end < words.length - 1 ? ['--', '…'] : [])].join(' ');
}

function shown(word: string, before: string): string {
  const [, name, value] = option.exec(word) ?? [];
  if (name !== undefined) return value === '' || shownOptions.has(name) ? word : `${name} …`;
  const [, nameBefore, valueBefore] = option.exec(before) ?? [];
  return nameBefore === undefined || valueBefore !== '' || shownOptions.has(nameBefore) ? word : '…';
}
