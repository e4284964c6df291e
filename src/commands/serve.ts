import { Flags } from '@oclif/core';
import { join } from 'node:path';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { openServer } from '../lib/server/open-server.ts';
import { resolveSettings } from '../lib/server/settings.ts';

export default class Serve extends ProjectCommand {
  static override description = 'deploy services and run jobs for clients of an HTTP API; see docs/server.md';
  static override examples = [
    '<%= config.bin %> serve',
    '<%= config.bin %> serve --listen 0.0.0.0:9000 --token-file /etc/dockerops/token',
    '<%= config.bin %> serve --jobs-port 9090 --jobs-on any',
  ];
  static override flags = {
    listen: Flags.string({ helpValue: 'ADDRESS', description: 'address to listen on; default: 127.0.0.1:9000' }),
    port: Flags.string({ helpValue: 'PORT', description: 'port of --listen' }),
    'also-listen': Flags.string({
      helpValue: 'ADDRESS',
      multiple: true,
      multipleNonGreedy: true,
      description: 'another address with the same API; may be repeated',
    }),
    'jobs-port': Flags.string({ helpValue: 'PORT', description: 'another port of the same host with the same API' }),
    token: Flags.string({
      helpValue: 'TOKEN',
      description: 'what requests have to bring; safer in a file or the environment, where other users cannot see it',
    }),
    'token-file': Flags.string({ helpValue: 'FILE', description: 'file with the token' }),
    cors: Flags.string({
      helpValue: 'ORIGIN[,…]',
      description: 'origins of web pages that may ask; true: any, which needs a token',
    }),
    data: Flags.string({
      helpValue: 'DIR',
      description: 'directory of its store; default: $XDG_STATE_HOME/dockerops/serve',
    }),
    store: Flags.string({
      helpValue: 'STORE',
      description: 'sqlite (default), or etcd://HOST[:PORT][,HOST]/PREFIX for several servers; etcds:// with TLS',
    }),
    'etcd-user': Flags.string({ helpValue: 'NAME', description: 'user of etcd' }),
    'etcd-password-file': Flags.string({ helpValue: 'FILE', description: 'file with the password of --etcd-user' }),
    'ca-file': Flags.string({ helpValue: 'FILE', description: 'CA certificate for the certificate of etcd' }),
    'cert-file': Flags.string({ helpValue: 'FILE', description: 'client certificate for etcd' }),
    'key-file': Flags.string({ helpValue: 'FILE', description: 'private key of --cert-file' }),
    name: Flags.string({ helpValue: 'NAME', description: 'name of this server on what it makes; default: default' }),
    memory: Flags.string({ helpValue: 'MB', description: 'memory of a job that does not say; default: 250' }),
    'jobs-on': Flags.string({ helpValue: 'ROLE', description: 'nodes that run jobs: worker (default) or any' }),
    'job-retention': Flags.string({
      helpValue: 'TIME',
      description: 'how long ended jobs are kept, with their logs; default: 24h',
    }),
    domain: Flags.string({ helpValue: 'NAME', description: 'services are reached as SERVICE.NAME; default: paz' }),
    'public-port': Flags.string({
      helpValue: 'PORT',
      description: 'port of the hosts on which services are reached by name; default: 80',
    }),
    'deploy-timeout': Flags.string({
      helpValue: 'TIME',
      description: 'longest time until all units of a version are ready; default: 10m',
    }),
    nodeploy: Flags.boolean({ description: 'record versions and run nothing' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    const invocation = this.invocation();
    const settings = resolveSettings({
      flags,
      environment: process.env,
      homeDirectory: invocation.homeDirectory,
    });
    const options = {
      version: this.config.version,
      logLevel: this.shared.logLevel,
      pageDirectory: join(this.config.root, 'dist', 'page'),
    };
    const server = await openServer(settings, invocation, options);
    await server.run(this.signal);
  }
}
