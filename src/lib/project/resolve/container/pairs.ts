type Pairs = Readonly<Record<string, string | number>> | readonly string[];

/** `{"a": 1}` and `["a=1"]` are two ways to write the same; sorted by name. */
export function parsePairs(value: Pairs): Readonly<Record<string, string>> {
  const entries = isList(value)
    ? value.map((text) => splitAt(text, '='))
    : Object.entries(value).map(([name, member]) => [name, String(member)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Lines for /etc/hosts as `name:address`, from a list (also `name=address`) or from pairs; sorted. An IPv6 address may
 * be in brackets.
 */
export function hostLines(value: Pairs): readonly string[] {
  const lines = isList(value)
    ? value.map((line) => line.replace(/^([^:=]+)=/, '$1:'))
    : Object.entries(value).map(([name, address]) => `${name}:${String(address)}`);
  return lines.map((line) => line.replace(/:\[(.*)\]$/, ':$1')).toSorted();
}

function isList(value: Pairs): value is readonly string[] {
  return Array.isArray(value);
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
