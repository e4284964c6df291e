import { label } from '../../labels.ts';
import type { PolicyContainer, PolicyKeys } from '../policy.ts';
import { reachedPorts, reachSchema, type Reach } from './published-at.ts';

/** Units of `dockerops serve` as confd templates for paz read them: `/paz/services/api/3/1` -> `10.0.0.5:49153`. */
export function container(each: PolicyContainer, config: Reach): PolicyKeys | undefined {
  const service = each.label(label.service);
  const [, version, number] = /-(\d+)-(\d+)$/.exec(each.name) ?? [];
  if (each.label(label.server) === undefined || service === undefined) return undefined;
  if (each.name !== `${service}-${version ?? ''}-${number ?? ''}`) return undefined;
  const [first] = reachedPorts(each, config);
  return first === undefined ? undefined : { [`/paz/services/${service}/${version ?? ''}/${number ?? ''}`]: first.at };
}

export const configSchema = { type: 'object', properties: reachSchema };
