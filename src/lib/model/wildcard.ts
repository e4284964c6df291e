/** Whether a name fits a pattern in which `*` stands for any text, also for none. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

/** An instance, by the names that make its key. */
interface Named {
  readonly service: string;
  readonly instance: string;
}

/** Whether the words of a command are a pattern: they then mean instances that exist, and make none. */
export function isPattern({ service = '', instance = '' }: Partial<Named>): boolean {
  return service.includes('*') || instance.includes('*');
}

/**
 * Whether the words of a command mean an instance. A service with `*` may reach into the instance: `web*` and `web-o*`
 * both mean web-one.
 */
export function isMeant(
  words: { readonly service: string; readonly instance: string | undefined },
  named: Named,
): boolean {
  const { service, instance = '*' } = words;
  const key = `${named.service}-${named.instance}`;
  const isOfService =
    matchesWildcard(service, named.service) || (service.includes('*') && matchesWildcard(service, key));
  return isOfService && matchesWildcard(instance, named.instance);
}
