import type { LinkSpec, Origin } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { placeIn } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import type { UnmetVariable } from '../environment/missing-variables.ts';
import type { Candidate } from '../environment/variables.ts';
import type { Findings } from '../findings.ts';
import { linkVariable, parseLink } from './link-pattern.ts';
import { type LinkTarget, previousLinks, resolveTarget } from './link-target.ts';
import type { Linkable } from './linkables.ts';

export interface ResolvedLinks extends Pick<Findings, 'problems' | 'notices'> {
  readonly links: readonly LinkSpec[];
  readonly variables: Readonly<Record<string, Candidate>>;
  readonly unmet: readonly UnmetVariable[];
  /** All of them, with a target here or without. */
  readonly names: readonly string[];
  /** Keys of the targets that this request starts. */
  readonly after: readonly string[];
}

const noLinks: ResolvedLinks = { links: [], variables: {}, unmet: [], names: [], after: [], problems: [], notices: [] };

/** A link as far as it could be resolved, with its place. */
interface PlacedLink extends Partial<LinkTarget> {
  readonly where: string;
  readonly problem?: Pick<Problem, 'message' | 'suggestion'>;
}
type MetLink = PlacedLink & { readonly name: string; readonly target: Linkable };

/** Finds the target of each link of an instance. A link without one leaves its variable to be supplied. */
export function resolveLinks(context: InstanceContext): ResolvedLinks {
  if (!context.isLinked || context.isOnHost) return noLinks;
  const links = placedLinks(context);
  const met = links.filter((link): link is MetLink => link.target !== undefined);
  return {
    links: met
      .map(({ name, target }) => ({ target: target.container, alias: name }))
      .sort((a, b) => (a.alias < b.alias ? -1 : 1)),
    variables: Object.fromEntries(met.map((link) => [linkVariable(link.name), linkValue(link)])),
    unmet: links.flatMap(({ name, reason, where, target }) =>
      name === undefined || reason === undefined || target !== undefined
        ? []
        : [{ name: linkVariable(name), reason, where }],
    ),
    names: links.flatMap(({ name }) => name ?? []),
    after: met.filter(({ target }) => target.isInRun).map(({ target }) => target.key),
    problems: [
      ...links.flatMap(({ where, problem }) => (problem === undefined ? [] : [{ where, ...problem }])),
      ...repeatedNames(met),
    ],
    notices: met.flatMap(({ notice }) => notice ?? []),
  };
}

function placedLinks(context: InstanceContext): readonly PlacedLink[] {
  const { entry, project } = context;
  if (entry === undefined) return [];
  const services = [...project.services.keys()];
  const previous = previousLinks(context);
  return (entry.values.links ?? []).map((link, index): PlacedLink => {
    const where = placeIn(entry, `links.${String(index)}`);
    const parsed = parseLink(link, services);
    return 'problem' in parsed
      ? { where, problem: parsed.problem }
      : { where, ...resolveTarget(parsed.pattern, where, previous, context) };
  });
}

function linkValue({ target, where }: MetLink): Candidate {
  return { value: [{ addressOf: target.container }], origin: { source: 'link', where } satisfies Origin };
}

function repeatedNames(links: readonly MetLink[]): readonly Problem[] {
  const repeated = links.filter(
    ({ name }, index) => links.findIndex((other) => linkVariable(other.name) === linkVariable(name)) < index,
  );
  return repeated.map(({ name, where }) => ({
    where,
    message: `another link is named ${name}`,
    suggestion: 'give this one another name',
  }));
}
