import type { BackupResult } from '../../use-cases/data/backup-data.ts';
import type { RestoreResult } from '../../use-cases/data/restore-data.ts';

const takenText = {
  paused: 'taken while paused (crash-consistent)',
  stopped: 'taken while stopped',
  'not running': 'taken while not running',
} as const;

export function renderBackup({ key, file, bytes, sha256, taken }: BackupResult): string {
  return `${file}\n  data of ${key}, ${size(bytes)}, ${takenText[taken]}\n  sha256 ${sha256}\n`;
}

export function renderRestore({ key, directory, asideSuffix, manifest }: RestoreResult): string {
  const restored = `${key} restored from the backup of ${manifest.created} (${manifest.folders.join(', ')})`;
  return `${restored}\n  previous data: ${directory}/<folder>${asideSuffix}; delete it when you no longer need it\n`;
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `3.4 MiB` */
function size(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
