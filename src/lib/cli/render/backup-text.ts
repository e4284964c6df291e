import type { BackupResult, RestoreResult } from '../../use-cases/data/backup-data.ts';

const howItWas = {
  paused: 'taken while it was paused: what a power cut would have left',
  stopped: 'taken while it was stopped',
  'not running': 'taken while it did not run',
} as const;

export function renderBackup({ key, file, bytes, sha256, taken }: BackupResult): string {
  return `${file}\n  data of ${key}, ${size(bytes)}, ${howItWas[taken]}\n  sha256 ${sha256}\n`;
}

export function renderRestore({ key, directory, asideSuffix, manifest }: RestoreResult): string {
  return `${key} has the data of ${manifest.created} (${manifest.folders.join(', ')})\n  what was there is in ${directory}/<folder>${asideSuffix} until you remove it\n`;
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `3.4 MiB` */
export function size(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
