import type { ObservedContainer } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { LabelledFile, LabelledVariable } from '../../model/labelled-spec.ts';

/** A container of the owner with the spec that it was made from, without the values of its secrets. */
export interface ExistingInstance {
  readonly container: ObservedContainer;
  readonly spec: InstanceSpec;
}

/** By key. Read from the containers' labels, so that instances can be started and stopped whatever the files say now. */
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

/** Keys that each needs among the others: the targets of its links, and the DNS. What would go round in a circle is left out. */
export function needsAmong(
  standing: readonly ExistingInstance[],
  isDns: (service: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const byContainer = new Map(standing.map(({ spec }) => [spec.container, spec.key]));
  const dns = standing.filter(({ spec }) => isDns(spec.service)).map(({ spec }) => spec.key);
  const wanted = new Map(
    standing.map(({ spec }) => [spec.key, neededBy(spec, byContainer, isDns(spec.service) ? [] : dns)]),
  );
  return withoutCircles(wanted);
}

function neededBy(
  { key, network }: InstanceSpec,
  byContainer: ReadonlyMap<string, string>,
  dns: readonly string[],
): readonly string[] {
  const links = network.mode === 'network' ? network.links.flatMap(({ target }) => byContainer.get(target) ?? []) : [];
  return [...new Set([...links, ...dns])].filter((other) => other !== key).sort();
}

function withoutCircles(wanted: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const kept = new Map<string, readonly string[]>();
  const visit = (key: string, path: readonly string[]): void => {
    if (kept.has(key)) return;
    const needs = (wanted.get(key) ?? []).filter((other) => other !== key && !path.includes(other));
    for (const other of needs) visit(other, [...path, key]);
    kept.set(key, needs);
  };
  for (const key of wanted.keys()) visit(key, []);
  return kept;
}
