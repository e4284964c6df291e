import { definedOnly } from '../../defined.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { parseRunConf } from '../conf/run-conf.ts';
import type { ComposeFile, Path, YamlMap } from './compose-file.ts';
import { convertBuild, type ImportedFolder } from './convert-build.ts';
import { importedInstance } from './convert-dependencies.ts';
import { convertService } from './convert-service.ts';
import type { HostValues } from './host-values.ts';
import { interpolateValues } from './interpolate-values.ts';
import type { Remarks } from './remarks.ts';
import type { ServiceContext } from './service-context.ts';

/** What the import of each service has in common. */
export interface ServiceImport {
  readonly file: ComposeFile;
  readonly names: ReadonlyMap<string, string>;
  readonly variables: Readonly<Record<string, string>>;
  readonly remarks: Remarks;
  readonly hostValues: HostValues;
  hasFile(path: string): boolean;
}

export interface ImportedService {
  readonly entry: EntryValues;
  readonly folder?: ImportedFolder;
}

/** A service as an entry of run.conf, and perhaps a folder; undefined, and reported, when it has no image. */
export function importService(name: string, service: YamlMap, shared: ServiceImport): ImportedService | undefined {
  const context = contextOf(name, shared);
  // Not interpolated: how a variable is converted depends on the variables in its value.
  const { environment, ...others } = service;
  const interpolated = interpolateValues(others, ['services', name], shared.variables, shared.remarks) as YamlMap;
  const built = convertBuild(interpolated, context);
  if (built === undefined) return undefined;
  const values = convertService(definedOnly({ ...interpolated, environment: environment ?? undefined }), context);
  shared.hostValues.noteEntry(values.env_vars ?? {});
  const entry = validValues(
    { ...definedOnly({ image: built.image, build_args: built.buildArgs, target: built.target }), ...values },
    context,
  );
  return definedOnly({
    entry: { service: context.service, instance: importedInstance, ...entry },
    folder: built.folder,
  });
}

function contextOf(
  name: string,
  { file, names, variables, remarks, hostValues, hasFile }: ServiceImport,
): ServiceContext {
  const inFile = (path: Path): Path => ['services', name, ...path];
  const context: ServiceContext = {
    service: names.get(name) ?? name,
    names,
    variables,
    root: file.root,
    hasFile,
    drop: (path, message, suggestion) => remarks.drop(inFile(path), `${name}: ${message}`, suggestion),
    convert: (path, message) => remarks.convert(inFile(path), `${name}: ${message}`),
    keepOnHost: (path, variable, value) => hostValues.request({ name: variable, value, path, context }),
  };
  return context;
}

/** Keys that have another name in a compose file. */
const composeKeys: Readonly<Record<string, string>> = {
  env_vars: 'environment',
  seed_command: 'command',
  build_args: 'build',
  target: 'build',
  publish_ports: 'ports',
  group: 'profiles',
  autostart: 'profiles',
};

/** Without the values that run.conf would not accept; these are reported. */
function validValues(values: Partial<EntryValues>, context: ServiceContext): Partial<EntryValues> {
  const valid = Object.entries<unknown>(values).filter(([key, value]) => {
    if (value === undefined || value === null) return false;
    const text = JSON.stringify([{ service: context.service, [key]: value }]);
    const [problem] = parseRunConf('run.conf', text).problems;
    if (problem === undefined) return true;
    const written = composeKeys[key] ?? key;
    context.drop([written], `"${written}" cannot be converted: ${problem.message}`, problem.suggestion);
    return false;
  });
  return Object.fromEntries(valid);
}
