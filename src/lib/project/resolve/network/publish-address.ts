import { isIP } from 'node:net';
import type { Problem } from '../../../errors.ts';
import { plainText } from '../../../model/template.ts';
import type { InstanceContext } from '../context.ts';
import type { ExplainedVariable } from '../environment/environment.ts';
import { expandHostAddress, unknownInterface } from '../environment/host-address.ts';
import { findVariable } from '../environment/variables.ts';

/** The address of the host on which an instance publishes its ports. */
export interface PublishAddress {
  readonly ip: string;
  readonly problems: readonly Problem[];
}

/** PUBLISH_ON_IP, which need not be a variable of the instance, else its SERVICE_IP; undefined: all addresses. */
export function publishAddress(
  variables: readonly ExplainedVariable[],
  { sources, facts }: InstanceContext,
): PublishAddress | undefined {
  const chosen = findVariable('PUBLISH_ON_IP', sources);
  const name = chosen === undefined ? 'SERVICE_IP' : 'PUBLISH_ON_IP';
  const { value, origin } = chosen ?? variables.find((each) => each.name === name) ?? {};
  const written = plainText(value) ?? '';
  if (written === '' || origin === undefined) return undefined;
  const where = origin.where ?? origin.source;
  const { value: ip, problem } = expandHostAddress(name, written, facts);
  if (problem !== undefined) return { ip: written, problems: [{ where, ...problem }] };
  // What is wrong with a SERVICE_IP is reported whether ports are published on it or not.
  const isAddress = chosen === undefined || isIP(ip) !== 0 || unknownInterface(ip) !== undefined;
  return { ip, problems: isAddress ? [] : [notAddress(where, name, written)] };
}

function notAddress(where: string, name: string, written: string): Problem {
  return {
    where,
    message: `${name} is ${written}, which is not an address that ports can be published on`,
    suggestion: 'write an address of the host, such as 127.0.0.1, or from_<interface>',
  };
}
