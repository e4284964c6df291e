import { definedOnly } from '../defined.ts';
import { canonicalJson } from './canonical-json.ts';
import { parseJson } from '../json.ts';
import type { EnvironmentVariable, FileSpec, InstanceSpec, Template } from './desired.ts';

/** Facts of the run, not of the instance. */
const unlabelled = ['origins', 'after', 'sleepSeconds', 'fromEnvironment'] as const;
/** Changes with the host's name, not with what is desired. */
const unlabelledVariables: ReadonlySet<string> = new Set(['HOST_HOSTNAME']);

/** A variable without `value` is a secret. */
export interface LabelledVariable {
  readonly name: string;
  readonly value?: Template;
  readonly secret?: true;
}

/** A file without `content` is a secret. */
export type LabelledFile = Omit<FileSpec, 'content'> & Partial<Pick<FileSpec, 'content'>>;

type Labelled = Omit<InstanceSpec, (typeof unlabelled)[number] | 'environment' | 'files'> & {
  readonly environment: readonly LabelledVariable[];
  readonly files: readonly LabelledFile[];
};

/**
 * The instance that a container was made from, as its label has it: without the values of secrets, which must not be in
 * a label, not even hashed. Members that the version that wrote the label did not know are absent.
 */
export type LabelledSpec = Readonly<Partial<Labelled>>;

export function labelledSpec(spec: InstanceSpec): LabelledSpec {
  const kept = Object.entries(spec).filter(([name]) => !(unlabelled as readonly string[]).includes(name));
  const labels = Object.entries(spec.labels).filter(([name]) => !name.startsWith('dockerops.'));
  return {
    ...(Object.fromEntries(kept) as LabelledSpec),
    environment: spec.environment.filter(({ name }) => !unlabelledVariables.has(name)).map(withoutSecretValue),
    files: spec.files.map(withoutSecretContent),
    labels: Object.fromEntries(labels),
    placement: withoutHost(spec.placement),
  };
}

/** Another name for a host is no change of the instance. */
function withoutHost(placement: InstanceSpec['placement']): InstanceSpec['placement'] {
  return placement.kind === 'engine' ? { kind: placement.kind } : placement;
}

function withoutSecretValue({ name, value, secret }: EnvironmentVariable): LabelledVariable {
  return secret ? { name, secret } : { name, value };
}

function withoutSecretContent({ content, ...file }: FileSpec): LabelledFile {
  return file.secret === true ? file : { ...file, content };
}

/**
 * The words of the label, where they differ from the code's: they are the first version's, as the hash includes them.
 */
const writtenLeases = { client: 'client', dockerops: 'engine', none: 'none' } as const;
const readLeases = new Map(Object.entries(writtenLeases).map(([lease, written]) => [written as string, lease]));

/**
 * The value of the label. Equal specs give equal text, also between versions: it is what the spec's hash is made of.
 */
export function printSpecLabel({ lease, ...spec }: LabelledSpec): string {
  return canonicalJson({ ...spec, lease: lease && writtenLeases[lease] });
}

/**
 * Reads the value of the label, whatever version wrote it. A member of the wrong type is left out; one that this
 * version does not know is kept, so that a comparison names it. What is no JSON object is a spec without members.
 */
export function parseSpecLabel(text: string | undefined): LabelledSpec {
  const { lease, ...members } = parseObject(text ?? '');
  const read = { ...members, ...definedOnly({ lease: typeof lease === 'string' ? readLeases.get(lease) : undefined }) };
  return Object.fromEntries(Object.entries(read).filter(([name, value]) => isWellFormed(name, value)));
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseJson(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isRecordList = (value: unknown): boolean => Array.isArray(value) && value.every(isRecord);

/** As deep as the planner relies on it. */
const checks: { readonly [Member in keyof Labelled]-?: (value: unknown) => boolean } = {
  key: isText,
  container: isText,
  service: isText,
  instance: isText,
  type: isText,
  image: isText,
  hostname: isText,
  entrypoint: isTextList,
  command: isTextList,
  environment: isRecordList,
  files: isRecordList,
  network: (value) => isRecord(value) && (value['mode'] !== 'network' || isRecordList(value['links'])),
  ports: isRecordList,
  mounts: isRecordList,
  runtime: isRecord,
  healthcheck: isRecord,
  wait: isText,
  labels: isRecord,
  lease: isText,
  placement: isRecord,
};

function isWellFormed(name: string, value: unknown): boolean {
  return !Object.hasOwn(checks, name) || checks[name as keyof Labelled](value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
