/** Names become container names and host names, and parts of ids: what all of these can take. */
const form = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/;

/** Why it cannot be; undefined when it can. */
export function nameComplaint(name: string): string | undefined {
  return form.test(name)
    ? undefined
    : `"${name}" cannot be the name of a container: 2 to 63 letters, digits, "_", "." and "-", the first a letter or digit`;
}
