import { showTemplate } from '../../plan/plan-text.ts';
import type { Operation } from '../../plan/operation.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ImageSpec, InstanceSpec, Template } from '../../model/desired.ts';
import { showVariable } from '../../plan/plan-text.ts';

/** A plan as it may be printed: references by name, without secret values and file contents. */
export function printablePlan({ owner, operations, verdicts, blockers, warnings }: Plan): object {
  return { owner, verdicts, operations: operations.map(printableOperation), blockers, warnings };
}

function printableOperation(operation: Operation): object {
  return {
    ...operation,
    ...('spec' in operation && { spec: printableSpec(operation.spec) }),
    ...(operation.kind === 'build-image' && { image: printableImage(operation.image) }),
    ...('labels' in operation && { labels: printableTexts(operation.labels) }),
    ...('address' in operation && { address: showTemplate(operation.address) }),
    ...(operation.kind === 'await-names' && {
      names: operation.names.map(({ name, address }) => ({
        name,
        ...(address === undefined ? {} : { address: showTemplate(address) }),
      })),
    }),
  };
}

function printableSpec(spec: InstanceSpec): object {
  return {
    ...spec,
    environment: Object.fromEntries(spec.environment.map((variable) => [variable.name, showVariable(variable)])),
    files: spec.files.map(({ path, mode, uid, gid }) => ({ path, mode, uid, gid })),
    network: printableNetwork(spec.network),
  };
}

function printableImage(image: ImageSpec): object {
  if (image.source.kind !== 'folder') return image;
  const { secretArgs = [], buildArgs, ...source } = image.source;
  const shown = Object.entries(buildArgs).map(
    ([name, value]) => [name, secretArgs.includes(name) ? '<secret>' : value] as const,
  );
  return { ...image, source: { ...source, buildArgs: Object.fromEntries(shown) } };
}

function printableNetwork(network: InstanceSpec['network']): object {
  if (network.mode !== 'network' || network.resolver === undefined) return network;
  return { ...network, resolver: { ...network.resolver, server: showTemplate(network.resolver.server) } };
}

function printableTexts(texts: Readonly<Record<string, string | Template>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, typeof text === 'string' ? text : showTemplate(text)]),
  );
}
