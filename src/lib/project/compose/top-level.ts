import { toDnsLabel } from '../conf/dns-label.ts';
import { type ComposeFile, isRecord } from './compose-file.ts';
import type { Remarks } from './remarks.ts';
import { textOf } from './yaml-values.ts';

/** Converted with the services, or without a meaning here. */
const silent = new Set(['services', 'version', 'secrets']);

/** Reports the keys of a compose file beside `services`. */
export function reportTopLevel({ root }: ComposeFile, remarks: Remarks): void {
  for (const [key, value] of Object.entries(root)) {
    if (silent.has(key) || key.startsWith('x-')) continue;
    if (key === 'name') reportName(textOf(value), remarks);
    else if (key === 'volumes' && isRecord(value)) reportVolumes(value, remarks);
    else if (key === 'networks') reportNetworks(value, remarks);
    else remarks.drop([key], `"${key}" is not supported`);
  }
}

function reportName(name: string, remarks: Remarks): void {
  remarks.drop(
    ['name'],
    `the project name ${name} is not converted`,
    `rename the folder, or use --project ${toDnsLabel(name)}`,
  );
}

/** A project has one network, on which all its instances reach each other and the outside. */
function reportNetworks(value: unknown, remarks: Remarks): void {
  const networks = isRecord(value) ? Object.entries(value) : [];
  const names = networks.map(([name]) => name).filter((name) => name !== 'default');
  if (names.length > 1)
    remarks.drop(['networks'], `${names.join(', ')} are one network here: all instances reach each other`);
  for (const [name, settings] of networks) {
    const keys = isRecord(settings) ? Object.keys(settings).filter((key) => !isUsual(key, settings)) : [];
    if (keys.length > 0)
      remarks.drop(['networks', name], `the settings of the network ${name} (${keys.join(', ')}) are not supported`);
  }
}

/** Settings that say what is so anyhow. */
function isUsual(key: string, settings: Readonly<Record<string, unknown>>): boolean {
  return key.startsWith('x-') || (key === 'driver' && ['local', 'bridge'].includes(textOf(settings[key])));
}

function reportVolumes(volumes: Readonly<Record<string, unknown>>, remarks: Remarks): void {
  for (const [name, settings] of Object.entries(volumes)) {
    const keys = isRecord(settings) ? Object.keys(settings).filter((key) => !isUsual(key, settings)) : [];
    if (keys.length === 0)
      remarks.convert(['volumes', name], `the volume ${name} starts empty: its data is not copied`);
    else
      remarks.drop(
        ['volumes', name],
        `the settings of the volume ${name} (${keys.join(', ')}) are not supported`,
        'to use a folder of the host, mount it in run.conf',
      );
  }
}
