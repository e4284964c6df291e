import { byteText } from '../../byte-text.ts';
import type { BackupResult } from '../../use-cases/data/backup-data.ts';
import type { RestoreResult } from '../../use-cases/data/restore-data.ts';

const takenText = {
  paused: 'taken while paused (crash-consistent)',
  stopped: 'taken while stopped',
  'not running': 'taken while not running',
} as const;

export function renderBackup({ key, file, bytes, sha256, taken }: BackupResult): string {
  return `${file}\n  data of ${key}, ${byteText(bytes)}, ${takenText[taken]}\n  sha256 ${sha256}\n`;
}

export function renderRestore({ key, directory, asideSuffix, manifest }: RestoreResult): string {
  const restored = `${key} restored from the backup of ${manifest.created} (${manifest.folders.join(', ')})`;
  return `${restored}\n  previous data: ${directory}/<folder>${asideSuffix}; delete it when you no longer need it\n`;
}
