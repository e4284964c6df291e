import { Flags } from '@oclif/core';
import { ProjectCommand } from '../../lib/cli/project-command.ts';
import { renderDnsCheck } from '../../lib/cli/render/dns-check-text.ts';
import { checkDns, isClean } from '../../lib/use-cases/dns/dns-check.ts';

export default class DnsCheck extends ProjectCommand {
  static override description =
    'compare the DNS with its leases and the running containers; exits with 1 when they differ';
  static override examples = ['<%= config.bin %> dns check', '<%= config.bin %> dns check --fix'];
  static override flags = {
    fix: Flags.boolean({ description: 'correct the zone and renew lost leases' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(DnsCheck);
    const report = await checkDns(await this.openProject('labels'), flags.fix);
    const clean = isClean(report);
    this.result('dns-check', { clean, ...report }, (style) => renderDnsCheck(report, style));
    if (!clean) this.exitWith(1);
  }
}
