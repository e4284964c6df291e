import { definedOnly } from '../defined.ts';
import { label, ownerIn, type Labels } from '../labels.ts';
import { onDemand } from '../lazy.ts';
import { parseSpecLabel } from '../model/labelled-spec.ts';
import type { Ownership } from '../model/observed-state.ts';
import { parseJson } from '../json.ts';
import { isInstanceType } from '../switches.ts';

function parseAddresses(text: string | undefined): Readonly<Record<string, string>> {
  try {
    const value: unknown = parseJson(text ?? '{}');
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, address]) => [name, String(address)]))
      : {};
  } catch {
    return {};
  }
}

/** What the labels of a container say about it; undefined when it is not an instance of dockerops. */
export function parseOwnership(labels: Labels): Ownership | undefined {
  const owner = ownerIn(labels);
  const service = labels[label.service];
  const instance = labels[label.instance];
  if (owner === undefined || labels[label.kind] !== 'instance' || service === undefined || instance === undefined)
    return undefined;
  const type = labels[label.instanceType] ?? '';
  const specLabel = labels[label.spec] ?? '';
  const spec = onDemand(() => parseSpecLabel(specLabel));
  return {
    owner,
    service,
    instance,
    // On a node, the service is the instance.
    key: owner.kind === 'node' ? instance : `${service}-${instance}`,
    type: isInstanceType(type) ? type : 'standard',
    unnamed: labels[label.unnamed] === 'true',
    specVersion: labels[label.specVersion] ?? '',
    specHash: labels[label.specHash] ?? '',
    specLabel,
    // Most commands compare the text alone.
    get spec() {
      return spec();
    },
    ...definedOnly({ conf: labels[label.conf], hostKey: labels[label.hostKey] }),
    linkAddresses: parseAddresses(labels[label.linkAddresses]),
    ...definedOnly({ startNumber: parseNumber(labels[label.startNumber]) }),
  };
}

function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
