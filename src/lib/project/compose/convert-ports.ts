import type { EntryValues } from '../conf/run-conf-entry.ts';
import { parsePort } from '../resolve/network/port-text.ts';
import { isRecord, type YamlMap } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { elementsOf, textOf } from './yaml-values.ts';

/** Ports in the short and the long form; a service that has some publishes them. */
export function convertPorts(value: unknown, context: ServiceContext): Pick<EntryValues, 'publish_ports' | 'ports'> {
  const ports = elementsOf(value).flatMap((port, index) => {
    const text = isRecord(port) ? longForm(port) : shortForm(textOf(port));
    if (parsePort(text) !== undefined) return [text];
    context.drop(
      ['ports', index],
      `the port ${isRecord(port) ? JSON.stringify(port) : text} is not supported`,
      'write it like "8080:80" or "127.0.0.1:53:53/udp"',
    );
    return [];
  });
  return ports.length === 0 ? {} : { publish_ports: true, ports };
}

/** Without an empty address: `:443:443`. */
function shortForm(text: string): string {
  return text.replace(/^:(?=\d*:)/, '');
}

/** `127.0.0.1:8080:80/tcp`; an address without a published port is `127.0.0.1::80`. */
function longForm({ target, published, host_ip: ip, protocol }: YamlMap): string {
  const outside = published === undefined ? '' : textOf(published);
  const address = ip === undefined ? '' : `${textOf(ip)}:`;
  const end = protocol === undefined ? '' : `/${textOf(protocol)}`;
  const host = address === '' && outside === '' ? '' : `${address}${outside}:`;
  return `${host}${textOf(target)}${end}`;
}
