import type { FileSpec, InstanceSpec, NetworkAttachment } from '../../../model/desired.ts';
import type { Findings } from '../findings.ts';

export interface ResolvedNetwork extends Pick<Findings, 'problems' | 'notices'> {
  readonly network: NetworkAttachment;
  readonly files: readonly FileSpec[];
  readonly lease: InstanceSpec['lease'];
  /** The default host name. Engines from 25 on answer for a container's host name, whatever the DNS says. */
  readonly hostname: string;
  /** Why nobody finds it by its names, although it is meant to be found. */
  readonly withoutNames?: string | undefined;
}
