import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file laid over the OS tree. Owner and times are not taken from the disk: root, and the OS's release day. */
export interface LayerFile {
  /** Relative, with `/`: `etc/sudoers.d/dockerops`. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

export interface LayerFiles {
  readonly files: readonly LayerFile[];
  /** Directories that are there only for themselves, kept by a `.gitkeep`. */
  readonly emptyDirectories: readonly string[];
}

/**
 * Reads a rootfs directory. Only the owner's executable bit counts, so the umask of a checkout changes nothing.
 * What editors and Python leave behind is not part of an image.
 */
export async function loadLayerFiles(directory: string): Promise<LayerFiles> {
  const files: LayerFile[] = [];
  const emptyDirectories: string[] = [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const fullPath = join(entry.parentPath, entry.name);
    const path = fullPath.slice(directory.length).replaceAll('\\', '/').replace(/^\/+/, '');
    if (entry.name === '.gitkeep') emptyDirectories.push(path.replace(/\/?\.gitkeep$/, ''));
    else if (!isLeftover(path))
      files.push({ path, mode: await layerMode(fullPath), content: await readFile(fullPath) });
  }
  return {
    files: files.sort((a, b) => compareText(a.path, b.path)),
    emptyDirectories: emptyDirectories.sort(compareText),
  };
}

async function layerMode(path: string): Promise<number> {
  return ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755;
}

function isLeftover(path: string): boolean {
  return /(^|\/)__pycache__\/|(^|\/)\.(DS_Store|mypy_cache|pytest_cache)(\/|$)|\.pyc$|\.sw[op]$|~$/.test(path);
}

/** By code unit, whatever the locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
