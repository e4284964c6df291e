import { Args, Flags } from '@oclif/core';

/** Names or `all`, as the first word of most commands. */
export const target = Args.string({ description: 'name of a service, or all' });
export const service = Args.string({ required: true, description: 'name of a service' });
export const instance = Flags.string({ char: 'i', helpValue: 'NAME', description: 'name of the instance' });
export const group = Flags.string({ helpValue: 'NAME', description: 'the instances of this group in run.conf' });
export const conf = Flags.string({ helpValue: 'NAME', description: 'run conf to use, with or without .conf' });

/** How instances are to be, beating what run.conf and the instance type say. */
export const switches = {
  'instance-type': Flags.string({
    options: ['standard', 'published', 'persistent', 'master', 'debug'],
    description: 'defaults to use',
  }),
  linked: Flags.boolean({ allowNo: true, description: 'links of run.conf and the DNS' }),
  'publish-ports': Flags.boolean({ allowNo: true, description: 'publish the ports on the host' }),
  'persistent-data': Flags.boolean({ allowNo: true, description: 'keep /data on the host' }),
  'persistent-opt': Flags.boolean({ allowNo: true, description: 'keep /opt on the host' }),
  'persistent-log': Flags.boolean({ allowNo: true, description: 'keep /var/log on the host' }),
  'persistent-home': Flags.boolean({ allowNo: true, description: 'keep /home on the host' }),
  'persistent-shared': Flags.boolean({ allowNo: true, description: '/shared, one folder for all instances with it' }),
  interactive: Flags.boolean({ allowNo: true, description: 'a shell instead of the supervised programs' }),
  safemode: Flags.boolean({ allowNo: true, description: 'without the entrypoints of the services' }),
  'seed-command': Flags.string({ helpValue: 'COMMAND', description: 'what to start instead of supervisord' }),
};
