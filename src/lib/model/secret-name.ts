import { trimEndOf } from '../cut-text.ts';
const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words that make a name secret as one of its words: `DB_PASS`, `ROOT_PASSWORD1`. */
const secretWords = setOf(
  'PASSWORD PASSWD PASS PASSPHRASE PASSCODE PWD PW PIN OTP SECRET SECRETS TOKEN TOKENS KEY KEYS APIKEY CREDENTIAL ' +
    'CREDENTIALS CREDS CRED PRIVATE DSN SALT PEPPER AUTH AUTHORIZATION BEARER JWT PAT COOKIE HMAC PSK CONNSTR',
);
/** Words that make a name secret also inside of another word: `PGPASSWORD`. */
const secretParts = [
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'SECRET',
  'TOKEN',
  'APIKEY',
  'PRIVATEKEY',
  'CREDENTIAL',
  'CONNECTIONSTRING',
  'CONNECTION_STRING',
  'CONN_STR',
];
/** Ends of words: `DBPASS`, `MYSQLPW`. */
const secretEnds = ['PASS', 'PWD', 'PW', 'DSN', 'JWT'];
const harmlessWords = setOf('BYPASS COMPASS TRESPASS ENCOMPASS');
/** Last words of names that say where a secret is, how it is used or how long it lasts, and not what it is. */
const harmlessEndings = setOf(
  'FILE PATH DIR NAME ID URL HOST PORT USER LENGTH TTL EXPIRY EXPIRES ENABLED METHOD TYPE MODE ALGORITHM REALM',
);
const workingDirectories = setOf('PWD OLDPWD');

/** Whether the name of a variable says that its value must not be shown. docs/run-conf.md has the list in words. */
export function isSecretName(name: string): boolean {
  const upper = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replaceAll(/[.-]/g, '_');
  const words = upper.split('_');
  const last = words.at(-1) ?? '';
  if (workingDirectories.has(name) || (words.length > 1 && harmlessEndings.has(last))) return false;
  return (
    secretParts.some((part) => upper.includes(part)) || [...words, trimEndOf(last, '0123456789')].some(isSecretWord)
  );
}

function isSecretWord(word: string): boolean {
  return secretWords.has(word) || (secretEnds.some((end) => word.endsWith(end)) && !harmlessWords.has(word));
}
