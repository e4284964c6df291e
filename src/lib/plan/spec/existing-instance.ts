import type { ObservedContainer } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { LabelledFile, LabelledVariable } from '../../model/labelled-spec.ts';

/** A container of the owner with the spec that it was made from, without the values of its secrets. */
export interface ExistingInstance {
  readonly container: ObservedContainer;
  readonly spec: InstanceSpec;
}

/** Sorted by key. Read from the labels, so that instances can be started and stopped whatever the files say now. */
export function existingInstances(containers: readonly ObservedContainer[]): readonly ExistingInstance[] {
  return containers
    .flatMap((container) => {
      const spec = existingSpec(container);
      return spec === undefined ? [] : [{ container, spec }];
    })
    .sort((a, b) => (a.spec.key < b.spec.key ? -1 : 1));
}

/** For members that the label of an older version lacks. */
const defaults = {
  network: { mode: 'bridge' },
  ports: [],
  mounts: [],
  runtime: { restart: 'no' },
  labels: {},
  lease: 'none',
  image: '',
  placement: { kind: 'engine' },
} as const;

function existingSpec({ ownership, name }: ObservedContainer): InstanceSpec | undefined {
  if (ownership === undefined) return undefined;
  const { key, service, instance, type, spec } = ownership;
  return {
    ...defaults,
    hostname: key,
    ...spec,
    environment: (spec.environment ?? []).map(variableOf),
    files: (spec.files ?? []).map(fileOf),
    key,
    container: name,
    service,
    instance,
    type,
    origins: {},
    after: [],
    sleepSeconds: 0,
  };
}

function variableOf({ name, value = [], secret }: LabelledVariable): InstanceSpec['environment'][number] {
  return { name, value, secret: secret === true };
}

function fileOf({ content = [], ...file }: LabelledFile): InstanceSpec['files'][number] {
  return { ...file, content };
}
