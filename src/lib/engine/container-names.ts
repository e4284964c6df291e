/**
 * Names of the containers that engines have told of, by id: what calls are made with are ids, and what users know are
 * names. For messages only. One map for all engines, since an id is that of one container.
 */
const names = new Map<string, string>();
const maxNames = 10_000;

export function noteName(id: string, name: string): void {
  names.delete(id);
  names.set(id, name);
  const oldest = names.keys().next().value;
  if (names.size > maxNames && oldest !== undefined) names.delete(oldest);
}

/** A container by its name; one whose name is not known as Docker shows its id. What is no id stays as it is. */
export function nameFor(id: string): string {
  return names.get(id) ?? (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id);
}

/** The same for each id in a message of an engine. */
export function withNames(message: string): string {
  return message.replaceAll(/\b[0-9a-f]{64}\b/g, (id) => names.get(id) ?? id);
}
