/** Whether a part of an answer is an object with texts under these keys. */
export function hasTexts(value: unknown, keys: readonly string[]): boolean {
  const members = (value ?? {}) as Readonly<Record<string, unknown>>;
  return keys.every((key) => typeof members[key] === 'string');
}
