import { Flags } from '@oclif/core';
import { ProjectCommand } from '../lib/cli/project-command.ts';
import { printableKeys, renderKeys, renderRegistrator } from '../lib/cli/render/registrator-text.ts';
import { definedOnly } from '../lib/defined.ts';
import { openLog } from '../lib/daemons/log.ts';
import { saveMemory } from '../lib/daemons/save-memory.ts';
import { openRegistrator } from '../lib/daemons/registrator/open-registrator.ts';
import type { Registrator as RegistratorDaemon } from '../lib/daemons/registrator/registrator.ts';
import { Reloadable, type RegistratorSource } from '../lib/daemons/registrator/reloadable.ts';
import { readSettings, type ReadSettings, type SettingsSources } from '../lib/daemons/registrator/settings.ts';
import { Reloading } from '../lib/daemons/reloading.ts';
import { readSettingsFile } from '../lib/daemons/settings-file.ts';

const usualConfig = 'registrator.json';

export default class Registrator extends ProjectCommand {
  static override description = "publish keys for this host's containers in etcd, as policies say";
  static override examples = [
    '<%= config.bin %> registrator --policy skydns --services ./services',
    '<%= config.bin %> registrator --policies ./policies --etcd http://10.0.0.5:2379',
    '<%= config.bin %> registrator --policies ./policies --dry-run',
    '<%= config.bin %> registrator --policy services --once --ttl 5m',
  ];
  static override flags = {
    policy: Flags.string({
      multiple: true,
      helpValue: 'NAME',
      description: 'a policy that comes with dockerops: dockerops, paz, services or skydns; repeatable',
    }),
    policies: Flags.string({ helpValue: 'DIR|GLOB', description: 'policies of your own: .ts, .mjs and .js files' }),
    services: Flags.string({ helpValue: 'DIR', description: 'configurations of policies: NAME.json and NAME/*.json' }),
    config: Flags.string({ helpValue: 'FILE', description: `settings; default: ./${usualConfig} if it exists` }),
    etcd: Flags.string({
      helpValue: 'URL[,URL]',
      description: 'members of the etcd cluster; default: http://127.0.0.1:2379',
    }),
    'etcd-user': Flags.string({ helpValue: 'NAME', description: 'user of etcd' }),
    'etcd-password-file': Flags.string({ helpValue: 'FILE', description: 'file with the password of --etcd-user' }),
    'ca-file': Flags.string({ helpValue: 'FILE', description: "CA certificate for the directory's certificate" }),
    'cert-file': Flags.string({ helpValue: 'FILE', description: 'client certificate for the directory' }),
    'key-file': Flags.string({ helpValue: 'FILE', description: 'private key of --cert-file' }),
    ttl: Flags.string({
      helpValue: 'TIME',
      description: 'how long keys stay after a crash, 5s to 1h; with --once 0: for ever; default: 30s',
    }),
    name: Flags.string({ helpValue: 'NAME', description: "name in the directory; default: part of the engine's id" }),
    'claims-prefix': Flags.string({
      helpValue: 'KEY',
      description: 'where registrators write which keys they have; default: /dockerops/claims',
    }),
    listen: Flags.string({
      helpValue: 'ADDRESS',
      description: 'address for /api/state, /_health and /metrics, or off; default: 127.0.0.1:8001',
    }),
    directory: Flags.string({ helpValue: 'KIND', description: 'etcd (default) or consul' }),
    consul: Flags.string({ helpValue: 'HOST[:PORT]', description: 'Consul agent, with --directory consul' }),
    token: Flags.string({
      helpValue: 'TOKEN',
      description: 'Consul token; safer in a file or the environment, where other users cannot see it',
    }),
    'token-file': Flags.string({ helpValue: 'FILE', description: 'file with the Consul token' }),
    drain: Flags.boolean({ allowNo: true, description: 'remove keys when the stop of a container begins' }),
    withdraw: Flags.boolean({ allowNo: true, description: 'remove all keys when the registrator is stopped' }),
    adopt: Flags.boolean({ allowNo: true, description: 'take over keys that somebody else has written' }),
    once: Flags.boolean({
      description: 'run once and exit, with 1 if a policy failed; waits up to 10 min for etcd and the engine',
    }),
    'dry-run': Flags.boolean({ description: 'show what would be written, without doing it; works without etcd' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Registrator);
    const { config, once, 'dry-run': isDry, ...given } = flags;
    const source: RegistratorSource = {
      read: () => readAll(config, given, once || isDry),
      open: (read, before) => openRegistrator(read, this.invocation(), this.shared.logLevel, before),
    };
    const read = source.read();
    const registrator = await source.open(read, []);
    if (isDry) await this.#dryRun(registrator);
    else if (once) await this.#once(registrator);
    else await this.#run(new Reloadable(source, read, registrator));
  }

  async #run(registrator: Reloadable): Promise<void> {
    saveMemory('rarely');
    const log = openLog('registrator', this.shared.logLevel);
    const reloading = new Reloading(registrator, (current) => current.reloaded(), log);
    this.onHangup(() => {
      reloading.reload();
    });
    await reloading.run(this.signal);
  }

  async #dryRun(registrator: RegistratorDaemon): Promise<void> {
    const preview = await registrator.preview(this.signal);
    for (const notice of preview.notices) this.warning(notice);
    this.result('keys', printableKeys(preview), (style) => renderKeys(preview, style));
  }

  async #once(registrator: RegistratorDaemon): Promise<void> {
    const status = await registrator.once(this.signal);
    this.result('registrator', status, (style) => renderRegistrator(status, style));
    if (Object.values(status.policies).some(({ errors }) => errors.length > 0)) this.exitWith(1);
  }
}

function readAll(config: string | undefined, flags: SettingsSources['flags'], once: boolean): ReadSettings {
  const { env: environment } = process;
  const file = readSettingsFile({
    flag: config,
    variable: 'REGISTRATOR_CONFIG',
    environment,
    usual: usualConfig,
    code: 'REGISTRATOR_SETTINGS',
  });
  return readSettings({ flags, environment, once, ...definedOnly({ file }) });
}
