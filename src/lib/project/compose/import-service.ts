import { definedOnly } from '../../defined.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { parseRunConf } from '../conf/run-conf.ts';
import type { ComposeFile, Path, YamlMap } from './compose-file.ts';
import { convertBuild, type ImportedFolder } from './convert-build.ts';
import { importedInstance } from './convert-dependencies.ts';
import { convertService } from './convert-service.ts';
import type { HostValues } from './host-values.ts';
import type { OwnVariables } from './own-variables.ts';
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
  readonly ownVariables: OwnVariables;
  hasFile(path: string): boolean;
  readFile(path: string): string | undefined;
}

export interface ImportedService {
  readonly entry: EntryValues;
  readonly folder?: ImportedFolder;
  /** All texts in which it may name other services. */
  readonly texts: string;
}

/** A service as an entry of run.conf, and perhaps a folder; undefined, and reported, when it has no image. */
export function importService(name: string, service: YamlMap, shared: ServiceImport): ImportedService | undefined {
  const envFileValues: string[] = [];
  const context = contextOf(name, shared, (value) => envFileValues.push(value));
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
    entry: {
      service: context.service,
      ...(entry.replicas === undefined ? { instance: importedInstance } : {}),
      ...entry,
    },
    folder: built.folder,
    texts: [JSON.stringify([interpolated, values.env_vars]), ...envFileValues].join(' '),
  });
}

function contextOf(
  name: string,
  { file, names, variables, remarks, hostValues, ownVariables, hasFile, readFile }: ServiceImport,
  onEnvFileValue: (value: string) => void,
): ServiceContext {
  const inFile = (path: Path): Path => ['services', name, ...path];
  const context: ServiceContext = {
    service: names.get(name) ?? name,
    names,
    variables,
    root: file.root,
    hasFile,
    readFile,
    drop: (path, message, suggestion) => remarks.drop(inFile(path), message, suggestion, name),
    convert: (path, message) => remarks.convert(inFile(path), `${name}: ${message}`),
    keepOnHost: (path, variable, value) => hostValues.request({ name: variable, value, path, context }),
    keepForService: (variable, value) => ownVariables.set(context.service, variable, value),
    noteVariable: (variable, value) => {
      hostValues.noteEntry({ [variable]: value });
      onEnvFileValue(value);
    },
  };
  return context;
}

/** Keys that have another name in a compose file. */
const composeKeys: Readonly<Record<string, string>> = {
  env_vars: 'environment',
  seed_command: 'command',
  build_args: 'build',
  target: 'build',
  replicas: 'deploy',
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
