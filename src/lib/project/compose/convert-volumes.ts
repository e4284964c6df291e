import { definedOnly } from '../../defined.ts';
import { toDnsLabel } from '../conf/dns-label.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord, type YamlMap } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { elementsOf, textOf } from './yaml-values.ts';

type Converted = { readonly volume: string } | { readonly tmpfs: string } | undefined;

/** Short and long form; a mount in memory becomes `tmpfs`, a volume without a name gets one. */
export function convertVolumes(value: unknown, context: ServiceContext): Pick<EntryValues, 'volumes' | 'tmpfs'> {
  const converted = elementsOf(value).map((volume, index) =>
    isRecord(volume) ? longForm(volume, index, context) : shortForm(textOf(volume), index, context),
  );
  const volumes = converted.flatMap((one) => (one !== undefined && 'volume' in one ? [one.volume] : []));
  const tmpfs = converted.flatMap((one) => (one !== undefined && 'tmpfs' in one ? [one.tmpfs] : []));
  return definedOnly({
    volumes: volumes.length === 0 ? undefined : volumes,
    tmpfs: tmpfs.length === 0 ? undefined : tmpfs,
  });
}

function shortForm(text: string, index: number, context: ServiceContext): Converted {
  const [first = '', second, mode, ...rest] = text.split(':');
  if (rest.length > 0) return dropped(index, `"${text}" is not a valid volume`, context);
  if (second === undefined) return mount(unnamed(first, index, context), first, false, index, context);
  const options = (mode ?? '').split(',').filter((option) => option !== '');
  // z and Z are for SELinux, cached and delegated for Docker Desktop: without those they mean nothing.
  const unknown = options.filter(
    (option) => !['ro', 'rw', 'z', 'Z', 'cached', 'delegated', 'consistent'].includes(option),
  );
  if (unknown.length > 0)
    context.drop(['volumes', index], `the option ${unknown.join(', ')} of ${text} is not supported`);
  return mount(first, second, options.includes('ro'), index, context);
}

const known = new Set(['type', 'source', 'target', 'read_only']);

function longForm(volume: YamlMap, index: number, context: ServiceContext): Converted {
  const type = textOf(volume['type']);
  const target = typeof volume['target'] === 'string' ? volume['target'] : '';
  for (const key of Object.keys(volume))
    if (!known.has(key) && !(key === 'tmpfs' && type === 'tmpfs'))
      context.drop(['volumes', index, key], `"${key}" of a volume is not supported`);
  if (type === 'tmpfs') return { tmpfs: target };
  if (!['bind', 'volume'].includes(type)) return dropped(index, `the volume type ${type} is not supported`, context);
  const source = typeof volume['source'] === 'string' ? volume['source'] : unnamed(target, index, context);
  const isFolder = type === 'bind' && !/^[./~]/.test(source);
  return mount(isFolder ? `./${source}` : source, target, volume['read_only'] === true, index, context);
}

function mount(source: string, target: string, isReadOnly: boolean, index: number, context: ServiceContext): Converted {
  if (!target.startsWith('/')) return dropped(index, `${target} is not an absolute path`, context);
  if (source.startsWith('~'))
    return dropped(index, `${source} depends on who runs the command`, context, 'write the full path in run.conf');
  if (!/^[./]/.test(source) && !/^[a-zA-Z0-9][\w.-]*$/.test(source))
    return dropped(index, `${source} is neither a path nor the name of a volume`, context);
  return { volume: `${projectPath(source)}:${target}${isReadOnly ? ':ro' : ''}` };
}

/** Relative paths are the project's in run.conf as well; those inside of it are written with $PROJECT_DIR. */
function projectPath(source: string): string {
  if (!source.startsWith('.') || source.startsWith('..')) return source;
  return `$PROJECT_DIR/${source.replace(/^\.(?:\/|$)/, '')}`.replace(/\/$/, '');
}

function unnamed(target: string, index: number, context: ServiceContext): string {
  const name = `${context.service}-${toDnsLabel(target) || 'data'}`;
  context.convert(['volumes', index], `the volume on ${target} had no name; it is now called ${name}, and kept`);
  return name;
}

function dropped(index: number, message: string, context: ServiceContext, suggestion?: string): undefined {
  context.drop(['volumes', index], message, suggestion);
  return undefined;
}
