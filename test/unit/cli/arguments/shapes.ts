import { shapeOf, type CommandShape } from '../../../../src/lib/cli/arguments/command-shape.ts';

const shared = {
  json: { type: 'boolean' },
  host: { type: 'option', char: 'H' },
  'log-level': { type: 'option' },
} as const;

const run = shapeOf({
  id: 'run',
  args: { service: {} },
  flags: {
    ...shared,
    instance: { type: 'option', char: 'i' },
    group: { type: 'option' },
    'seed-command': { type: 'option' },
    volumes: { type: 'option' },
    'publish-ports': { type: 'boolean', allowNo: true },
    linked: { type: 'boolean', allowNo: true },
    wait: { type: 'boolean', allowNo: true },
    replace: { type: 'boolean' },
  },
});

/** A few commands of every kind: with instance, without, without positionals, in two words, with an alias. */
export const shapes: readonly CommandShape[] = [
  run,
  shapeOf({
    id: 'clean',
    args: { service: {} },
    flags: { ...shared, instance: { type: 'option' }, group: { type: 'option' }, force: { type: 'boolean' } },
  }),
  shapeOf({ id: 'ps', args: { what: {} }, flags: { ...shared, dns: { type: 'boolean' } } }),
  shapeOf({ id: 'plan', flags: { ...shared, clean: { type: 'boolean' } } }),
  shapeOf({
    id: 'build',
    args: { service: {} },
    flags: {
      ...shared,
      lock: { type: 'option', helpValue: '[FILE]' },
      platform: { type: 'option', helpValue: '[OS/]ARCH' },
    },
  }),
  shapeOf({ id: 'install_demo', args: { directory: {} }, flags: { ...shared } }),
  shapeOf({ id: 'get_ip', aliases: ['ip'], args: { service: {} }, flags: { ...shared, instance: { type: 'option' } } }),
  shapeOf({ id: 'version', flags: { ...shared } }),
  shapeOf({ id: 'dns:ps', args: {}, flags: { ...shared } }),
  shapeOf({ id: 'dns:why', args: { name: {} }, flags: { ...shared } }),
];
