import { definedOnly } from '../../defined.ts';
import { label } from '../../labels.ts';
import type { InstanceSpec, Owner } from '../../model/desired.ts';
import { isSecretName } from '../../model/secret-name.ts';
import type { JobRequest, Run } from './job.ts';

/** The label that says which attempt of which run of which job a service is. */
export function attemptLabel({ job, number, attempt }: Run): string {
  return `${job}.${String(number)}.${String(attempt)}`;
}

/** A run as what is desired: a Swarm service of one task that is not started again. */
export function jobSpec(request: JobRequest, run: Run, jobsOn: 'worker' | 'any'): InstanceSpec {
  const { image, words, memoryBytes, labels, environment, constraints } = request;
  return {
    key: run.service,
    container: run.service,
    service: request.name,
    instance: String(run.number),
    type: 'standard',
    image,
    hostname: '',
    entrypoint: words,
    environment: Object.entries(environment).map(([name, value]) => ({
      name,
      value: [value],
      secret: isSecretName(name),
    })),
    files: [],
    network: { mode: 'bridge' },
    ports: [],
    mounts: [],
    runtime: { restart: 'no', stopSignal: 'SIGINT', memoryBytes },
    // With a check of its image, a task would be `starting` until it is healthy, which a job need not ever be.
    healthcheck: { test: ['NONE'] },
    labels: { ...labels, [label.job]: attemptLabel(run) },
    lease: 'none',
    placement: {
      kind: 'swarm',
      mode: { replicated: 1 },
      constraints: [...(jobsOn === 'worker' ? ['node.role==worker'] : []), ...constraints],
      endpoint: 'dnsrr',
      reservedMemoryBytes: memoryBytes,
      containerLabels: labels,
    },
    after: [],
    sleepSeconds: 0,
    origins: {},
  };
}

export function serverOwner(name: string): Owner {
  return { kind: 'server', name };
}

/** On everything that a server makes. */
export function serverLabels(name: string): Readonly<Record<string, string>> {
  return definedOnly({ [label.server]: name });
}
