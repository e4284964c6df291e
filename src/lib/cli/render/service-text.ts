import type { ImageInfo, InstanceInfo, ServiceInfo } from '../../use-cases/inspect/explain-service.ts';
import { differenceLine } from './plan-text.ts';
import { originText } from './environment-table.ts';
import type { Style } from './style.ts';

/** A service as people read it: its image and source, then each instance with its switches and what differs.
 * ```
 * web (services/web)
 *   image     demo/web:latest 0123456789ab, older than its source
 *   built on  dockerops/dockerops-base:latest
 *   ports     80 (services/web/Dockerfile:3:1)
 *   entries   run.conf:3:3 main
 *
 * web-main running, 10.210.2.3, type standard (default)
 *   publish_ports  yes  (run.conf:3:40)
 *   differs        environment.A: a -> b  (run.conf:3:80)
 * ```
 */
export function renderService(info: ServiceInfo, style: Style): string {
  const lines = [
    ['image', imageText(info.image, style)],
    ['built on', info.image.parents.join(', ')],
    [
      'ports',
      info.ports
        .map(({ container, protocol, where }) => `${String(container)}${protocol === 'udp' ? '/udp' : ''} (${where})`)
        .join(', '),
    ],
    [
      'entries',
      info.entries
        .map(
          ({ where, instance, group }) =>
            `${where} ${instance ?? '(no name)'}${group === undefined ? '' : ` in group ${group}`}`,
        )
        .join(', '),
    ],
  ]
    .filter(([, text]) => text !== '')
    .map(([name = '', text = '']) => `  ${name.padEnd(8)}  ${text}`);
  return `${[`${style.bold(info.service)} (${info.directory ?? (info.kind === 'base' ? 'a base service' : 'an image of a registry')})`, ...lines, ...info.instances.flatMap((instance) => ['', ...instanceLines(instance, style)])].join('\n')}\n`;
}

function imageText({ reference, id, state }: ImageInfo, style: Style): string {
  const paint = state === 'current' || state === 'of a registry' ? style.green : style.yellow;
  return `${reference}${id === undefined ? '' : ` ${id.replace(/^sha256:/, '').slice(0, 12)}`}, ${paint(state)}`;
}

function instanceLines(instance: InstanceInfo, style: Style): readonly string[] {
  const { key, state, health, address, type, switches, differences } = instance;
  const words = [
    state === 'none' ? 'does not exist' : state,
    ...(health === undefined || health === 'none' ? [] : [health]),
    ...(address === '' ? [] : [address]),
  ].join(', ');
  return [
    `${style.bold(key)} ${state === 'running' ? style.green(words) : style.yellow(words)}, type ${type.value} (${originText(type.origin)})`,
    ...Object.entries(switches).map(
      ([name, { value, origin }]) =>
        `  ${name.padEnd(17)} ${value ? 'yes' : 'no '}  ${style.dim(`(${originText(origin)})`)}`,
    ),
    ...detailLines(instance),
    ...(differences.length === 0
      ? []
      : [
          `  ${style.yellow('differs from what is wanted:')}`,
          ...differences.map((difference) => differenceLine(difference, style)),
        ]),
  ];
}

/** What else run.conf gives it; nothing is said of what it has none of. */
function detailLines({ links, ports, mounts, secrets, after }: InstanceInfo): readonly string[] {
  const details = [
    ['links', links.map(({ alias, target }) => `${alias} -> ${target}`)],
    [
      'publishes',
      ports.map(
        ({ container, protocol, host, ip }) =>
          `${ip === undefined ? '' : `${ip}:`}${String(host ?? 'any')}->${String(container)}${protocol === 'udp' ? '/udp' : ''}`,
      ),
    ],
    ['mounts', mounts.map((mount) => `${sourceOf(mount)} on ${mount.target}`)],
    ['secrets', secrets],
    ['starts after', after],
  ] as const;
  return details
    .filter(([, texts]) => texts.length > 0)
    .map(([name, texts]) => `  ${name.padEnd(17)} ${texts.join(', ')}`);
}

function sourceOf(mount: InstanceInfo['mounts'][number]): string {
  if (mount.kind === 'data') return mount.directory;
  if (mount.kind === 'scratch') return 'a volume of its own';
  return `${mount.kind === 'bind' ? mount.source : `volume ${mount.volume}`}${mount.readOnly ? ', read-only,' : ''}`;
}
