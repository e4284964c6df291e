import type { EntryValues } from '../conf/run-conf-entry.ts';
import { toDnsLabel } from '../conf/dns-label.ts';
import { isRecord } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';

type Carried = { readonly volume: string } | { readonly tmpfs: string } | undefined;

/** Short and long form; a mount of memory becomes `tmpfs`, a volume without a name gets one. */
export function convertVolumes(value: unknown, context: ServiceContext): Pick<EntryValues, 'volumes' | 'tmpfs'> {
  const carried = (Array.isArray(value) ? value : []).map((volume, index) =>
    isRecord(volume) ? longForm(volume, index, context) : shortForm(String(volume), index, context),
  );
  const volumes = carried.flatMap((one) => (one !== undefined && 'volume' in one ? [one.volume] : []));
  const tmpfs = carried.flatMap((one) => (one !== undefined && 'tmpfs' in one ? [one.tmpfs] : []));
  return { ...(volumes.length === 0 ? {} : { volumes }), ...(tmpfs.length === 0 ? {} : { tmpfs }) };
}

function shortForm(text: string, index: number, context: ServiceContext): Carried {
  const [first = '', second, mode, ...rest] = text.split(':');
  if (rest.length > 0) return lost(index, `"${text}" is not understood`, context);
  if (second === undefined) return mount(unnamed(first, index, context), first, false, index, context);
  const options = (mode ?? '').split(',').filter((option) => option !== '');
  const unknown = options.filter((option) => !['ro', 'rw'].includes(option));
  if (unknown.length > 0) context.lose(['volumes', index], `the option ${unknown.join(', ')} of ${text} is left out`);
  return mount(first, second, options.includes('ro'), index, context);
}

const known = new Set(['type', 'source', 'target', 'read_only']);

function longForm(volume: Readonly<Record<string, unknown>>, index: number, context: ServiceContext): Carried {
  const target = typeof volume['target'] === 'string' ? volume['target'] : '';
  for (const key of Object.keys(volume))
    if (!known.has(key) && !(key === 'tmpfs' && volume['type'] === 'tmpfs'))
      context.lose(['volumes', index, key], `"${key}" of a volume is left out`);
  if (volume['type'] === 'tmpfs') return { tmpfs: target };
  if (!['bind', 'volume'].includes(String(volume['type'])))
    return lost(index, `volumes of type ${String(volume['type'])} are not known`, context);
  const source = typeof volume['source'] === 'string' ? volume['source'] : unnamed(target, index, context);
  return mount(
    volume['type'] === 'bind' && !/^[./~]/.test(source) ? `./${source}` : source,
    target,
    volume['read_only'] === true,
    index,
    context,
  );
}

function mount(source: string, target: string, isReadOnly: boolean, index: number, context: ServiceContext): Carried {
  if (!target.startsWith('/')) return lost(index, `${target} is not an absolute path`, context);
  if (source.startsWith('~'))
    return lost(index, `${source} is in the home directory of whoever runs it`, context, 'write the path in run.conf');
  if (!/^[./]/.test(source) && !/^[a-zA-Z0-9][\w.-]*$/.test(source))
    return lost(index, `${source} is neither a path nor the name of a volume`, context);
  const from = source.startsWith('.') ? `$PROJECT_DIR/${source.replace(/^\.\/?/, '')}`.replace(/\/$/, '') : source;
  // What leaves the directory is left as it is: `..` of run.conf is the project's, too.
  const place = source.startsWith('..') ? source : from;
  return { volume: `${place}:${target}${isReadOnly ? ':ro' : ''}` };
}

function unnamed(target: string, index: number, context: ServiceContext): string {
  const name = `${context.service}-${toDnsLabel(target) || 'data'}`;
  context.tell(['volumes', index], `the volume on ${target} had no name; it is called ${name} and kept`);
  return name;
}

function lost(index: number, message: string, context: ServiceContext, suggestion?: string): undefined {
  context.lose(['volumes', index], message, suggestion);
  return undefined;
}
