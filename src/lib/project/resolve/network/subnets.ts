import type { NetworkSpec } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { networkName, type Environment } from '../../find-project.ts';

const defaultRange = '10.210.0.0/16';
/** A network has room for a thousand addresses, unless the range is smaller. */
const defaultPrefix = 22;

export interface ResolvedSubnets {
  readonly spec: NetworkSpec | undefined;
  readonly problems: readonly Problem[];
}

/** The project's network, with the range from which DOCKEROPS_SUBNETS has its subnet taken. */
export function networkSpec(project: string, environment: Environment): ResolvedSubnets {
  const written = environment['DOCKEROPS_SUBNETS']?.trim();
  const range = written === undefined || written === '' ? defaultRange : written;
  const prefix = prefixOf(range);
  if (prefix !== undefined)
    return { spec: { name: networkName(project), range, prefix: Math.max(defaultPrefix, prefix) }, problems: [] };
  const problem: Problem = {
    where: 'DOCKEROPS_SUBNETS',
    message: `"${range}" is not a valid address range for networks`,
    suggestion: `write it like ${defaultRange}; sizes are /8 to /28`,
  };
  return { spec: undefined, problems: [problem] };
}

/** The prefix length of a range in CIDR notation; undefined when it is none, or too large or small. */
function prefixOf(range: string): number | undefined {
  const [, a, b, c, d, length] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(range) ?? [];
  const prefix = Number(length);
  const isAddress = [a, b, c, d].every((part) => Number(part) <= 255);
  return isAddress && prefix >= 8 && prefix <= 28 ? prefix : undefined;
}
