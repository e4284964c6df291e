/** What container names, host names and parts of ids all accept. */
const form = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/;

/** Why it cannot be the name of a service; undefined: it can. */
export function nameProblem(name: string): string | undefined {
  if (form.test(name)) return undefined;
  const rule = '2 to 63 letters, digits, "_", "." and "-", the first a letter or digit';
  return `"${name}" cannot be the name of a container: ${rule}`;
}
