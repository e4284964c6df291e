import type { InstanceType } from '../../model/desired.ts';

export type SwitchName =
  | 'linked'
  | 'publish_ports'
  | 'persistent_data'
  | 'persistent_opt'
  | 'persistent_log'
  | 'persistent_home'
  | 'persistent_shared'
  | 'interactive'
  | 'safemode';
export type Switches = Readonly<Record<SwitchName, boolean>>;

const standard: Switches = {
  linked: true,
  publish_ports: false,
  persistent_data: false,
  persistent_opt: false,
  persistent_log: false,
  persistent_home: false,
  persistent_shared: false,
  interactive: false,
  safemode: false,
};

/** Default switches of each instance type. */
export const instanceTypes: Readonly<Record<InstanceType, Switches>> = {
  standard,
  published: { ...standard, publish_ports: true },
  persistent: { ...standard, persistent_data: true, persistent_log: true },
  master: { ...standard, publish_ports: true, persistent_data: true, persistent_log: true },
  debug: { ...standard, linked: false, interactive: true, safemode: true },
};

export const instanceTypeNames = Object.keys(instanceTypes) as readonly InstanceType[];
export const switchNames = Object.keys(standard) as readonly SwitchName[];

export function isInstanceType(name: string): name is InstanceType {
  return Object.hasOwn(instanceTypes, name);
}
