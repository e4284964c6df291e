import { deploymentDocument } from '../deploy/deployment-document.ts';
import { jobDocument } from '../jobs/job-document.ts';
import type { JobStore } from '../store/job-store.ts';
import type { ServiceStore } from '../store/service-store.ts';
import type { Emit } from './event-hub.ts';

interface ChangingStores {
  readonly services: Pick<ServiceStore, 'onDeployment'>;
  readonly jobs: Pick<JobStore, 'onChange' | 'find'>;
}

/** Deployments and jobs as events, each as it is after a change. */
export function publishChanges(emit: Emit, { services, jobs }: ChangingStores): void {
  services.onDeployment((deployment) => {
    emit('deployment', [deploymentDocument(deployment)]);
  });
  jobs.onChange((id) => {
    const found = id === undefined ? undefined : jobs.find(id);
    if (found !== undefined) emit('job', [jobDocument(found.job, found.run)]);
  });
}
