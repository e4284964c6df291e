const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words that make a name secret as one of its words: `DB_PASS`, `ROOT_PASSWORD1`. */
const secretWords = setOf(
  'PASSWORD PASSWD PASS PASSPHRASE PWD SECRET SECRETS TOKEN TOKENS KEY APIKEY CREDENTIAL CREDENTIALS PRIVATE DSN SALT',
);
/** Words that make a name secret also inside of another word: `PGPASSWORD`. */
const secretParts = ['PASSWORD', 'SECRET', 'TOKEN', 'APIKEY'];
/** Last words of names that say where a secret is or how long it lasts, and not what it is. */
const harmlessEndings = setOf('FILE PATH DIR NAME ID URL HOST PORT USER LENGTH TTL EXPIRY EXPIRES');
const workingDirectories = setOf('PWD OLDPWD');

/** Whether the name of a variable says that its value must not be shown. */
export function isSecretName(name: string): boolean {
  const upper = name.toUpperCase();
  const words = upper.split('_');
  const last = words.at(-1) ?? '';
  if (workingDirectories.has(name) || (words.length > 1 && harmlessEndings.has(last))) return false;
  return (
    secretParts.some((part) => upper.includes(part)) ||
    [...words, last.replace(/\d+$/, '')].some((word) => secretWords.has(word))
  );
}
