import type { PolicyContainer, PolicyKeys, PolicyPort } from '../policy.ts';
import { publishedPorts, reachedPorts, reachSchema, type Reach } from './published-at.ts';

/**
 * Published ports with the names that gliderlabs/registrator gives them:
 * `/services/web/host-1:web-1:80` -> `10.0.0.5:8080`.
 */
export function container(each: PolicyContainer, config: Reach & { readonly prefix: string }): PolicyKeys {
  const isOneOfSeveral = publishedPorts(each).length > 1;
  const kept = { ...each, ports: each.ports.filter((port) => !isIgnored(each, port)) };
  return Object.fromEntries(
    reachedPorts(kept, config).map(({ port, at }) => {
      const { container: number, protocol } = port;
      const id = [each.host.name, each.name, number, ...(protocol === 'udp' ? ['udp'] : [])].join(':');
      return [[config.prefix, serviceOf(each, port, isOneOfSeveral), id].join('/'), at];
    }),
  );
}

export const configSchema = {
  type: 'object',
  properties: { prefix: { type: 'string', pattern: '^(/[^/]+)+$', default: '/services' }, ...reachSchema },
};

function isIgnored(each: PolicyContainer, port: PolicyPort): boolean {
  return settingOf(each, 'SERVICE_IGNORE') !== undefined || ofPort(each, port, 'IGNORE') !== undefined;
}

function serviceOf(each: PolicyContainer, port: PolicyPort, isOneOfSeveral: boolean): string {
  const own = ofPort(each, port, 'NAME');
  if (own !== undefined) return own;
  const name = settingOf(each, 'SERVICE_NAME') ?? imageName(each.image ?? '');
  return isOneOfSeveral ? `${name}-${String(port.container)}` : name;
}

/** `web` of `registry.example.org:5000/shop/web:1.2@sha256:…` */
function imageName(image: string): string {
  return image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
}

function ofPort(each: PolicyContainer, port: PolicyPort, name: string): string | undefined {
  return settingOf(each, `SERVICE_${String(port.container)}_${name}`);
}

/** A variable or a label of the container. */
function settingOf({ env, label }: PolicyContainer, name: string): string | undefined {
  return env[name] ?? label(name);
}
