import type { ServiceAnswer, UnitAnswer } from '../../server/client/services-client.ts';
import type { Style } from './style.ts';
import { renderTable, tableOptions, type Column } from './table.ts';

const serviceColumns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'REPOSITORY', canShrink: true },
  { title: 'UNITS' },
  { title: 'PORTS' },
  { title: 'DESCRIPTION', canShrink: true },
];
const unitColumns: readonly Column[] = [
  { title: 'UNIT' },
  { title: 'HOST' },
  { title: 'ACTIVE' },
  { title: 'SUB' },
  { title: 'DETAIL', canShrink: true },
];

/** `services ls`: what the next version of each would run with. */
export function renderServices(services: readonly ServiceAnswer[], style: Style, width: number | undefined): string {
  if (services.length === 0) return 'no services\n';
  const rows = services.map(({ name, dockerRepository, config, description = '' }) => [
    name,
    dockerRepository,
    String(config['numInstances']),
    portsOf(config),
    description,
  ]);
  return renderTable(serviceColumns, rows, tableOptions(style, width));
}

export function renderUnits(units: readonly UnitAnswer[], style: Style, width: number | undefined): string {
  if (units.length === 0) return 'no units\n';
  const rows = units.map(
    ({ name, machineState: { ID = '', PublicIP = '' } = {}, activeState, subState, error, orphan }) => [
      name,
      PublicIP === '' ? ID.slice(0, 12) : PublicIP,
      { text: activeState, paint: activeState === 'failed' ? style.red : (text: string) => text },
      subState,
      error ?? (orphan === true ? 'no service of the server has it' : ''),
    ],
  );
  return renderTable(unitColumns, rows, tableOptions(style, width));
}

function portsOf({ ports, publicFacing }: ServiceAnswer['config']): string {
  const list = (ports ?? []) as readonly { readonly container: number; readonly host?: number }[];
  const texts = list.map(({ container, host }) => (host === undefined ? '' : `${String(host)}:`) + String(container));
  return [...texts, ...(publicFacing === true ? ['by name'] : [])].join(' ');
}
