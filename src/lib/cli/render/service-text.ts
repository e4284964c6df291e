import type { ImageInfo } from '../../use-cases/inspect/image-info.ts';
import type { InstanceInfo, ServiceInfo } from '../../use-cases/inspect/service-info.ts';
import { originText } from './environment-table.ts';
import { differenceLine } from './plan-text.ts';
import type { Style } from './style.ts';
import { oneLine, programLine, textOfLines } from './terminal-text.ts';

/** A service as text: its image and source, then each instance with its switches and differences.
 * ```
 * web (services/web)
 *   image     demo/web:latest 0123456789ab, older than its source
 *   built on  dockerops/dockerops-base:latest
 *   ports     80 (services/web/Dockerfile:3:1)
 *   entries   run.conf:3:3 main
 *
 * web-main running, 10.210.2.3, type standard (default)
 *   publish_ports     yes  (run.conf:3:40)
 *   differs from its configuration:
 *     environment.A: a -> b  (run.conf:3:80)
 * ```
 */
export function renderService(info: ServiceInfo, style: Style): string {
  const instances = info.instances.flatMap((instance) => ['', ...instanceLines(instance, style)]);
  return textOfLines([`${style.bold(info.service)} (${sourceText(info)})`, ...serviceLines(info, style), ...instances]);
}

function sourceText({ directory, kind }: ServiceInfo): string {
  if (kind === 'unknown') return 'not known to the files of the project';
  return directory ?? (kind === 'base' ? 'a base service' : 'a registry image');
}

function serviceLines(info: ServiceInfo, style: Style): readonly string[] {
  const details = [
    ['image', imageText(info.image, style)],
    ['built on', info.image.parents.join(', ')],
    ['ports', info.ports.map((port) => `${portText(port)} (${port.where})`).join(', ')],
    ['entries', info.entries.map(entryText).join(', ')],
  ] as const;
  return details.filter(([, text]) => text !== '').map(([name, text]) => `  ${name.padEnd(8)}  ${text}`);
}

function entryText({ where, instance, group }: ServiceInfo['entries'][number]): string {
  return `${where} ${instance ?? '(no name)'}${group === undefined ? '' : ` in group ${group}`}`;
}

function portText({ container, protocol }: { readonly container: number; readonly protocol: string }): string {
  return `${String(container)}${protocol === 'udp' ? '/udp' : ''}`;
}

function imageText({ reference, id, state }: ImageInfo, style: Style): string {
  const paint = state === 'current' || state === 'from a registry' ? style.green : style.yellow;
  const shortId = id?.replace(/^sha256:/, '').slice(0, 12);
  return `${shortId === undefined ? reference : `${reference} ${shortId}`}, ${paint(state)}`;
}

function instanceLines(instance: InstanceInfo, style: Style): readonly string[] {
  const { type, differences } = instance;
  return [
    `${style.bold(instance.key)} ${stateText(instance, style)}, type ${type.value} (${originText(type.origin)})`,
    ...troubleLines(instance, style),
    ...switchLines(instance, style),
    ...detailLines(instance),
    ...(differences.length === 0 ? [] : [`  ${style.yellow('differs from its configuration:')}`]),
    ...differences.map((difference) => differenceLine(difference, style)),
  ];
}

function troubleLines({ trouble }: InstanceInfo, style: Style): readonly string[] {
  if (trouble === undefined) return [];
  const [first = '', ...others] = trouble.message.split('\n').map(oneLine);
  return [
    `  ${style.red(first)}`,
    ...others.map((line) => `    ${line}`),
    ...(trouble.logs.length === 0 ? [] : ['  last lines:']),
    ...trouble.logs.map((line) => `${style.dim('    |')} ${programLine(line)}`),
  ];
}

function stateText({ state, health, address, completed }: InstanceInfo, style: Style): string {
  if (completed === true) return style.green('completed');
  const words = [state === 'none' ? 'not created' : state, health === 'none' ? '' : (health ?? ''), address];
  const text = words.filter((word) => word !== '').join(', ');
  return state === 'running' ? style.green(text) : style.yellow(text);
}

function switchLines({ switches }: InstanceInfo, style: Style): readonly string[] {
  return Object.entries(switches).map(([name, { value, origin }]) => {
    const where = style.dim(`(${originText(origin)})`);
    return `  ${name.padEnd(17)} ${value ? 'yes' : 'no '}  ${where}`;
  });
}

/** Its links, ports, mounts, secrets and dependencies; a line for each kind that it has. */
function detailLines({ links, ports, mounts, secrets, after }: InstanceInfo): readonly string[] {
  const details = [
    ['links', links.map(({ alias, target }) => `${alias} -> ${target}`)],
    ['publishes', ports.map(publishedText)],
    ['mounts', mounts.map((mount) => `${mountSourceText(mount)} on ${mount.target}`)],
    ['secrets', secrets],
    ['starts after', after],
  ] as const;
  return details
    .filter(([, texts]) => texts.length > 0)
    .map(([name, texts]) => `  ${name.padEnd(17)} ${texts.join(', ')}`);
}

function publishedText(port: InstanceInfo['ports'][number]): string {
  const address = port.ip === undefined ? '' : `${port.ip}:`;
  return `${address}${String(port.host ?? 'any')}->${portText(port)}`;
}

function mountSourceText(mount: InstanceInfo['mounts'][number]): string {
  if (mount.kind === 'data') return mount.directory;
  if (mount.kind === 'scratch') return 'a temporary volume';
  return `${mount.kind === 'bind' ? mount.source : `volume ${mount.volume}`}${mount.readOnly ? ', read-only,' : ''}`;
}
