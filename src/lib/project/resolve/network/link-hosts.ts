import { isIP } from 'node:net';
import type { EnvironmentVariable, NetworkAttachment } from '../../../model/desired.ts';
import { linkNames } from '../../../model/link-names.ts';
import { plainText } from '../../../model/template.ts';
import { linkVariable } from './link-pattern.ts';
import type { ResolvedLinks } from './links.ts';

/**
 * Lines of /etc/hosts for the links of which a variable gives the address, because the target is on another host: their
 * names lead there, too.
 */
export function linkHosts(
  { names }: ResolvedLinks,
  environment: readonly EnvironmentVariable[],
  network: NetworkAttachment,
): readonly string[] {
  const zone = network.mode === 'network' ? network.resolver?.search : undefined;
  return names.flatMap((alias) => {
    const variable = environment.find(({ name }) => name === linkVariable(alias));
    const address = plainText(variable?.value) ?? '';
    return isIP(address) === 0 ? [] : linkNames(alias, zone).map((name) => `${name}:${address}`);
  });
}
