import { findNearest } from '../../../did-you-mean.ts';
import type { Problem } from '../../../errors.ts';
import { instanceKey } from '../../conf/instance-key.ts';
import type { LinkValue } from '../../conf/run-conf-entry.ts';
import { matchesWildcard } from '../../../model/wildcard.ts';

/** Which instances a link means, and under which name. */
export interface LinkPattern {
  readonly name: string;
  /** The target as written, for messages. */
  readonly text: string;
  matches(service: string, instance: string): boolean;
}

export type ParsedLink =
  { readonly pattern: LinkPattern } | { readonly problem: Pick<Problem, 'message' | 'suggestion'> };

/**
 * A link in one of its two forms: `"<service>-<instance>:<name>"`, or an object. `*` stands for any text in either
 * part. `services` are the names of the project's services.
 */
export function parseLink(link: LinkValue, services: readonly string[]): ParsedLink {
  if (typeof link === 'string') return parseShort(link, services);
  const { name, service, instance } = link;
  if (!service.includes('*') && !services.includes(service)) return unknownTarget(service, services);
  return typeof instance === 'string'
    ? fromParts(name, service, instance, instanceKey(service, instance))
    : fromParts(name, service, '*', service);
}

/** The text does not show where the name of a service ends: the longest service that fits is meant. */
function parseShort(link: string, services: readonly string[]): ParsedLink {
  const colon = link.lastIndexOf(':');
  const [target, name] = [link.slice(0, colon), link.slice(colon + 1)];
  const [service] = services.filter((each) => target.startsWith(`${each}-`)).sort((a, b) => b.length - a.length);
  if (service !== undefined) return fromParts(name, service, target.slice(service.length + 1), target);
  if (services.includes(target)) return withoutInstance(link, target, name);
  if (!target.includes('*')) return unknownTarget(target.replace(/-[^-]*$/, ''), services);
  return {
    pattern: {
      name,
      text: target,
      matches: (ofService, instance) => matchesWildcard(target, instanceKey(ofService, instance)),
    },
  };
}

function fromParts(name: string, service: string, instance: string, text: string): ParsedLink {
  return {
    pattern: {
      name,
      text,
      matches: (ofService, ofInstance) => matchesWildcard(service, ofService) && matchesWildcard(instance, ofInstance),
    },
  };
}

function withoutInstance(link: string, target: string, name: string): ParsedLink {
  return {
    problem: {
      message: `the link "${link}" names no instance`,
      suggestion: `write "${target}-*:${name}" for any, or "${target}-<instance>:${name}"`,
    },
  };
}

function unknownTarget(service: string, services: readonly string[]): ParsedLink {
  const nearest = findNearest(service, services);
  return {
    problem: {
      message: `the link is to a service "${service}", which this project does not have`,
      suggestion: nearest === undefined ? `services are ${services.join(', ')}` : `did you mean "${nearest}"?`,
    },
  };
}

/** `my-db` gives MY_DB_SERVICE_IP. */
export function linkVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_SERVICE_IP`;
}
