// Writes the files of a package below a directory. Whatever the umask and the clone: the same owners, modes and times.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `mode` of a file: as given, else that of a program if its source may be executed. */
export function stage(directory, files, date) {
  for (const { to, from, text, mode } of files) {
    const path = join(directory, to);
    mkdirSync(dirname(path), { recursive: true });
    if (from === undefined) writeFileSync(path, text);
    else copyFileSync(from, path);
    chmodSync(path, mode ?? (isProgram(path) ? 0o755 : 0o644));
  }
  settle(directory, date);
}

function isProgram(path) {
  return (statSync(path).mode & 0o111) !== 0;
}

function settle(directory, date) {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    utimesSync(path, date, date);
  }
  chmodSync(directory, 0o755);
  utimesSync(directory, date, date);
}
