import type { Problem } from '../../errors.ts';
import { findNearest } from '../../did-you-mean.ts';
import type { LinkValue } from '../conf/run-conf-entry.ts';

/** Which instances a link means, and under which name. */
export interface LinkPattern {
  readonly name: string;
  /** As written, for messages. */
  readonly text: string;
  /** Any instance will do. */
  readonly isOpen: boolean;
  matches(service: string, instance: string): boolean;
}

export type ParsedLink =
  { readonly pattern: LinkPattern } | { readonly problem: Pick<Problem, 'message' | 'suggestion'> };

/** A link in one of its two forms: `"<service>-<instance>:<name>"`, or an object. `*` stands for any text in either part. */
export function parseLink(link: LinkValue, services: readonly string[]): ParsedLink {
  if (typeof link === 'string') return parseShort(link, services);
  const { name, service, instance } = link;
  if (!service.includes('*') && !services.includes(service)) return unknownTarget(service, services);
  return fromParts(name, service, instance ?? '*', `${service}${typeof instance === 'string' ? `-${instance}` : ''}`);
}

function parseShort(link: string, services: readonly string[]): ParsedLink {
  const colon = link.lastIndexOf(':');
  const [target, name] = [link.slice(0, colon), link.slice(colon + 1)];
  if (services.includes(target) && !services.some((service) => target.startsWith(`${service}-`))) {
    return {
      problem: {
        message: `the link "${link}" names no instance`,
        suggestion: `write "${target}-*:${name}" for any, or "${target}-<instance>:${name}"`,
      },
    };
  }
  const service = services.filter((each) => target.startsWith(`${each}-`)).sort((a, b) => b.length - a.length)[0];
  if (service !== undefined) return fromParts(name, service, target.slice(service.length + 1), target);
  if (!target.includes('*')) return unknownTarget(target.replace(/-[^-]*$/, ''), services);
  const form = glob(target);
  return {
    pattern: {
      name,
      text: target,
      isOpen: true,
      matches: (ofService, instance) => form.test(`${ofService}-${instance}`),
    },
  };
}

function fromParts(name: string, service: string, instance: string, text: string): ParsedLink {
  const [serviceForm, instanceForm] = [glob(service), glob(instance)];
  return {
    pattern: {
      name,
      text,
      isOpen: `${service}${instance}`.includes('*'),
      matches: (ofService, ofInstance) => serviceForm.test(ofService) && instanceForm.test(ofInstance),
    },
  };
}

function glob(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
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
