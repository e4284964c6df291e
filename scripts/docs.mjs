// Writes docs/run-conf.md from the schema, docs/commands.md from the commands, and the table of docs/architecture.md
// from eslint.imports.js; a unit test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeCommands, findCommands } from './commands.mjs';
import { commandReference } from './command-reference.mjs';
import { withRoomTable } from './room-table.mjs';
import { runConfReference } from './run-conf-reference.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Path in the repository to text. */
export async function generatedDocs() {
  const commands = await describeCommands(findCommands(join(root, 'src/commands')));
  return {
    'docs/run-conf.md': runConfReference(),
    'docs/commands.md': commandReference(Object.values(commands)),
    'docs/architecture.md': withRoomTable(readFileSync(join(root, 'docs/architecture.md'), 'utf8')),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await generatedDocs())) writeFileSync(join(root, path), text);
}
