import { definedOnly } from '../../defined.ts';
import type { Deployment } from './deployment.ts';

/** What answers and events have of a deployment. */
export function deploymentDocument(deployment: Deployment): object {
  const { id, service, version, state, phases, error, unit, node, exitCode, logs = [], note } = deployment;
  return {
    id,
    service,
    version,
    state,
    phases,
    ...definedOnly({ error, unit, node, exitCode }),
    logs,
    ...definedOnly({ note }),
  };
}
