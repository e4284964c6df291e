const byteUnits: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const secondUnits: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** `512m`, `1.5g`, `64kb` or a number, as bytes; undefined when it is none of these. */
export function parseBytes(value: string | number): number | undefined {
  if (typeof value === 'number') return value >= 0 ? Math.floor(value) : undefined;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(value.trim()) ?? [];
  const factor = byteUnits[unit?.toLowerCase() ?? ''];
  return count === undefined || factor === undefined ? undefined : Math.floor(Number(count) * factor);
}

/** `1m30s`, `500ms` or a number of seconds, as seconds; undefined when it is none of these. */
export function parseSeconds(value: string | number): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  const pieces = [...value.matchAll(/(?<!\d)(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  if (value === '' || pieces.map(([piece]) => piece).join('') !== value) return undefined;
  return pieces.reduce((sum, [, count, unit = '']) => sum + Number(count) * (secondUnits[unit] ?? 0), 0);
}
