import type { Problem } from '../../errors.ts';
import { linkVariable, type LinkPattern, parseLink } from './link-pattern.ts';
import type { LinkSpec, Origin } from '../../model/desired.ts';
import { placeIn } from '../conf/run-conf-entry.ts';
import type { Selected } from './select-entries.ts';
import type { Candidate } from './variables.ts';

/** An instance that can be linked to: one that runs, or one of the same run. */
export interface Linkable {
  readonly key: string;
  readonly service: string;
  readonly instance: string;
  readonly container: string;
  /** Engine's time; undefined: it does not run yet. */
  readonly runningSince: number | undefined;
  readonly isInRun: boolean;
}

/** An instance that no link leads to. */
export type Unlinkable = Pick<Linkable, 'key' | 'service' | 'instance'>;

export interface ResolvedLinks {
  readonly links: readonly LinkSpec[];
  readonly variables: Readonly<Record<string, Candidate>>;
  readonly unmet: readonly { readonly name: string; readonly reason: string; readonly where: string }[];
  readonly after: readonly string[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

export interface LinksInput {
  readonly selected: Selected;
  readonly linkables: readonly Linkable[];
  /** Those on the network of the host. */
  readonly onHost: readonly Unlinkable[];
  readonly services: readonly string[];
  /** Container that each name led to when the instance was made: kept as long as it is one of the choices. */
  readonly previous: readonly LinkSpec[];
}

/** Finds the target of each link of an instance. A link without one leaves its variable to be supplied. */
export function resolveLinks(input: LinksInput): ResolvedLinks {
  const { entry } = input.selected;
  const resolved = (entry?.values.links ?? []).map((link, index) => {
    const where = entry === undefined ? '' : placeIn(entry, `links.${String(index)}`);
    const parsed = parseLink(link, input.services);
    return 'problem' in parsed
      ? { where, problem: parsed.problem }
      : { where, ...resolveLink(parsed.pattern, where, input) };
  });
  const targets = resolved.flatMap((each) =>
    'target' in each && each.target !== undefined ? [{ ...each, target: each.target }] : [],
  );
  const unmet = resolved.flatMap((each) =>
    'target' in each && each.target === undefined
      ? [{ name: linkVariable(each.name), reason: each.reason, where: each.where }]
      : [],
  );
  return {
    links: targets
      .map(({ name, target }) => ({ target: target.container, alias: name }))
      .sort((a, b) => (a.alias < b.alias ? -1 : 1)),
    variables: Object.fromEntries(
      targets.map(({ name, target, where }) => [
        linkVariable(name),
        { value: [{ addressOf: target.container }], origin: { source: 'link', where } satisfies Origin },
      ]),
    ),
    unmet,
    after: targets.filter(({ target }) => target.isInRun).map(({ target }) => target.key),
    problems: [
      ...resolved.flatMap(({ where, problem }) => (problem === undefined ? [] : [{ where, ...problem }])),
      ...repeatedNames(targets),
    ],
    notices: targets.flatMap(({ notice }) => notice ?? []),
  };
}

interface Resolved {
  readonly name: string;
  readonly target: Linkable | undefined;
  readonly reason: string;
  readonly notice?: string;
  readonly problem?: undefined;
}

function resolveLink(
  pattern: LinkPattern,
  where: string,
  { selected, linkables, onHost, previous }: LinksInput,
): Resolved {
  const { name, text } = pattern;
  const matching = linkables.filter(
    (each) => each.key !== selected.key && pattern.matches(each.service, each.instance),
  );
  const running = matching
    .filter(({ runningSince }) => runningSince !== undefined)
    .sort((a, b) => (a.runningSince ?? 0) - (b.runningSince ?? 0) || (a.key < b.key ? -1 : 1));
  const choices = running.length > 0 ? running : matching;
  const before = previous.find(({ alias }) => alias === name)?.target;
  const target = choices.find(({ container }) => container === before) ?? choices[0];
  const several =
    choices.length > 1
      ? {
          notice: `${where}: the link ${name} of ${selected.key} has several choices (${choices.map(({ key }) => key).join(', ')}); it is to ${target?.key ?? ''}`,
        }
      : {};
  const host = onHost.find((each) => pattern.matches(each.service, each.instance));
  if (target === undefined && host !== undefined)
    return {
      name,
      target,
      reason: `the link ${name} would be to ${host.key}, which is on the network of the host: supply an address of that`,
    };
  return {
    name,
    target,
    reason: `no instance of ${text} runs that the link ${name} could lead to: start one, or supply the address`,
    ...several,
  };
}

function repeatedNames(targets: readonly { readonly name: string; readonly where: string }[]): readonly Problem[] {
  const repeated = targets.filter(
    ({ name }, index) => targets.findIndex((other) => linkVariable(other.name) === linkVariable(name)) < index,
  );
  return repeated.map(({ name, where }) => ({
    where,
    message: `there is a link named ${name} already`,
    suggestion: 'give this one another name',
  }));
}
