import type { StatusDocument, ServiceStatus } from '../../daemons/operator/status.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

/** The state of a node: a line for each service, then the notices. */
export function renderNodeStatus({ node, services, notices }: StatusDocument, style: Style): string {
  const rows = Object.entries(services).map(
    ([name, service]) =>
      `${mark(service, style)} ${name}  ${service.state}${service.error === undefined ? '' : `: ${service.error}`}`,
  );
  const summary = rows.length === 0 ? `node ${node} has no services` : `node ${node}: ${String(rows.length)} services`;
  return textOfLines([...rows, ...notices.map((notice) => `! ${notice}`), summary]);
}

function mark({ state }: ServiceStatus, style: Style): string {
  return state === 'running' || state === 'ended' ? style.green('=') : style.red('!');
}
