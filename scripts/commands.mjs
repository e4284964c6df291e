// Finds the commands, and describes them as the manifest of oclif does.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

export function findCommands(directory, prefix = '') {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return findCommands(join(directory, entry.name), `${prefix}${entry.name}:`);
      return entry.name.endsWith('.ts')
        ? [{ id: `${prefix}${entry.name.slice(0, -3)}`, file: join(directory, entry.name) }]
        : [];
    });
}

export async function describeCommands(commands) {
  const { cacheCommand } = require(
    join(dirname(require.resolve('@oclif/core/package.json')), 'lib/util/cache-command.js'),
  );
  const described = {};
  for (const { id, file } of commands) {
    const { default: Command } = await import(pathToFileURL(file).href);
    Command.id = id;
    described[id] = withoutNothing(await cacheCommand(Command, { name: 'dockerops', type: 'core' }));
  }
  return described;
}

/** JSON without empty lists. */
const withoutNothing = (value) =>
  JSON.parse(JSON.stringify(value, (_, member) => (Array.isArray(member) && member.length === 0 ? undefined : member)));
