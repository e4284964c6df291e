const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `3.4 MiB` */
export function byteText(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}
