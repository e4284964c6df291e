import { cutAt } from '../cut-text.ts';
import type { HostFacts, HostInterface } from '../model/host-facts.ts';
import { parseRoutes } from './host-facts.ts';

/** What a process on the host's network can find out. */
export type HostProbe = Required<Pick<HostFacts, 'interfaces' | 'routes'>>;

/** For a shell in a container on the host's network. Both iproute2 and busybox have this `ip`. */
export const hostProbeScript = 'ip -4 -o addr show && cat /proc/net/route';

/** Parses the output of the script. Each address of an interface has its own line: `2: eth0    inet 192.0.2.7/24 …`. */
export function parseHostProbe(text: string): HostProbe {
  const table = text.indexOf('Iface');
  const lines = text.slice(0, table < 0 ? undefined : table).split('\n');
  const found = lines.flatMap((line) => {
    const [, name = '', address = ''] = /^\d+:\s+(\S+)\s+inet\s+(\d+\.\d+\.\d+\.\d+)/.exec(line) ?? [];
    return name === '' ? [] : [{ name: cutAt(name, '@'), address }];
  });
  const interfaces = [...Map.groupBy(found, ({ name }) => name)].map(([name, all]): HostInterface => ({
    name,
    ipv4: all.map(({ address }) => address),
  }));
  return {
    interfaces: interfaces.sort((a, b) => (a.name < b.name ? -1 : 1)),
    routes: table < 0 ? [] : parseRoutes(text.slice(table)),
  };
}
