import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './cli.ts';

/** `plan/plan-start.ts run`: a place in src/lib, or src/commands, that tells the user to type a command. */
export function suggestionPlaces(): readonly string[] {
  const source = join(repository, 'src');
  const ids = globSync('commands/**/*.ts', { cwd: source }).map((file) =>
    file
      .replace(/^commands\//, '')
      .replace(/(?:\/index)?\.ts$/, '')
      .replaceAll('/', ' '),
  );
  const names = [...new Set(ids.map((id) => id.split(' ')[0]))].join('|');
  const command = new RegExp(String.raw`dockerops (\$\{[^}]*\}|(?:${names})\b)`, 'g');
  const files = globSync(['lib/**/*.ts', 'commands/**/*.ts'], { cwd: source });
  const places = files.flatMap((file) =>
    [...withoutComments(readFileSync(join(source, file), 'utf8')).matchAll(command)].map(
      ([, name = '']) => `${file.replace(/^lib\//, '')} ${name.startsWith('$') ? '…' : name}`,
    ),
  );
  return [...new Set(places)].sort();
}

/** Of a file that prettier has formatted. */
function withoutComments(text: string): string {
  return text.replaceAll(/^ *(?:\/\/.*|\/\*\*?[^]*?\*\/)$/gm, '');
}
