/** Version by name of the installed packages in dpkg's list; `name:arch` where there are several with a name. */
export function parsePackages(status: string): Readonly<Record<string, string>> {
  const installed = status.split(/\n\s*\n/).flatMap((stanza) => {
    const [name, version] = [fieldOf(stanza, 'Package'), fieldOf(stanza, 'Version')];
    if (name === undefined || version === undefined || !/ installed$/.test(fieldOf(stanza, 'Status') ?? '')) return [];
    return [{ name, version, architecture: fieldOf(stanza, 'Architecture') ?? '' }];
  });
  const byName = Map.groupBy(installed, ({ name }) => name);
  return Object.fromEntries(
    [...byName].flatMap(([name, packages]) =>
      packages.map(({ version, architecture }) => [packages.length === 1 ? name : `${name}:${architecture}`, version]),
    ),
  );
}

function fieldOf(stanza: string, field: string): string | undefined {
  return new RegExp(`^${field}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(stanza)?.[1];
}
