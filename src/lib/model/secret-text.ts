import { isSecretName } from './secret-name.ts';

const mask = '<secret>';

/** Passwords in texts: of `scheme://user:password@host`, and of `password=…` in an address or connection string. */
const passwords = [
  /(:\/\/[^\s/?#:@]{0,200}:)(?!\d+(?:[/?#\s]|$))[^\s"'<>]{1,500}(@)/g,
  /(\b(?:password|passwd|pwd|secret|token|api_?key|accountkey|sharedaccesskey)=)[^\s;&"'<>]+()/gi,
];

/** The text with each password in it masked, and nothing else. */
export function maskPasswords(text: string): string {
  return passwords.reduce(
    (masked, pattern) => masked.replaceAll(pattern, (_, before: string, after: string) => `${before}${mask}${after}`),
    text,
  );
}

/** Whether the value of a variable must not be shown as it is, nor be in a label. */
export function isSecretValue(name: string, value: string): boolean {
  return isSecretName(name) || maskPasswords(value) !== value;
}

/** The value of a secret variable as it may be shown: an address without its password, anything else not at all. */
export function maskValue(name: string, value: string): string {
  const masked = maskPasswords(value);
  return isSecretName(name) || masked === value ? mask : masked;
}
