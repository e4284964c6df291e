import { isIPv6 } from 'node:net';
import type { Template } from '../../../model/desired.ts';
import { joinText, plainText } from '../../../model/template.ts';

/** What decides which leases a container may sign. */
export interface LeasePermission {
  readonly service: string;
  readonly instance: string;
  readonly container: string;
  readonly policy: string;
  readonly serviceIp: Template | undefined;
  readonly sameNetwork: boolean;
}

/**
 * Name of the key with which one container signs its leases. The arbiter of the DNS reads in it what they may be, and
 * takes nothing else from the container (`instance_key.py` in the dns image):
 *
 *     <instance>.<service>.<start number>.<policy>.<near or far>.<own, none, or an address as one label>
 */
export function instanceKeyName({
  service,
  instance,
  container,
  policy,
  serviceIp,
  sameNetwork,
}: LeasePermission): Template {
  const place = sameNetwork ? 'near' : 'far';
  const address = serviceIp === undefined ? (sameNetwork ? 'own' : 'none') : addressLabel(plainText(serviceIp) ?? '');
  const permitted = [address === 'none' ? 'hide' : policy.toLowerCase(), place, address].join('.');
  return joinText([`${instance}.${service}.`, { startNumber: container }, `.${permitted}`]);
}

/** `192-0-2-7`, or the 32 hex digits of an IPv6 address. What is no address gives a label that permits nothing. */
export function addressLabel(address: string): string {
  if (!isIPv6(address)) return address.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
  const [head = '', tail] = withoutDots(address).split('::');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0000');
  return [...front, ...zeros, ...back].join('');
}

function groups(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').map((group) => group.toLowerCase().padStart(4, '0'));
}

/** `::ffff:192.0.2.7` is `::ffff:c000:207`. */
function withoutDots(address: string): string {
  return address.replace(/(?<!\d)(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
