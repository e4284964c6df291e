import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { textOf } from './yaml-values.ts';

/** `env_file` as a path, a list of paths, or a list of maps with a path. */
export function convertEnvFiles(value: unknown, context: ServiceContext): Pick<EntryValues, 'env_file'> {
  const files = (Array.isArray(value) ? value : [value]).flatMap((file: unknown, index) => {
    const path = (isRecord(file) ? textOf(file['path']) : textOf(file)).replace(/^\.\//, '');
    if (context.hasFile(path)) return [path];
    context.drop(Array.isArray(value) ? ['env_file', index] : ['env_file'], `the file ${path} does not exist`);
    return [];
  });
  return files.length === 0 ? {} : { env_file: files };
}
