import type { FastifyRequest } from 'fastify';
import type { Schema } from './route.ts';

interface Leniency {
  /** Numbers and booleans are taken where text is desired, as the first job server did. */
  readonly texts: boolean;
  /** A word without a value means true, as in `?wait`. */
  readonly bare: boolean;
}

type Properties = Readonly<Record<string, Schema>>;

/** Reads numbers and booleans in quotes as what they are, where a schema says so; of a query all are in quotes. */
export function unquote(request: FastifyRequest): void {
  const { body, query, errors } = request.facts;
  const texts = errors === 'jobs';
  if (body !== undefined) request.body = unquoted(body, request.body, { texts, bare: false });
  if (query !== undefined) request.query = unquoted(query, request.query, { texts, bare: true });
}

/** What does not fit stays as it is, for validation to refuse. */
function unquoted(schema: Schema, value: unknown, leniency: Leniency): unknown {
  if (typeof value === 'string') return fromText(schema['type'], value, leniency);
  if (typeof value !== 'object' || value === null) return leniency.texts ? asText(schema['type'], value) : value;
  if (Array.isArray(value)) {
    const items = schema['items'] as Schema | undefined;
    return items === undefined ? value : value.map((item) => unquoted(items, item, leniency));
  }
  const properties = (schema['properties'] ?? {}) as Properties;
  const others = schema['additionalProperties'];
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => {
      const known = Object.hasOwn(properties, key) ? properties[key] : (others as Schema | boolean | undefined);
      return [key, typeof known === 'object' ? unquoted(known, member, leniency) : member];
    }),
  );
}

function fromText(type: unknown, text: string, { bare }: Leniency): unknown {
  const types = Array.isArray(type) ? (type as readonly unknown[]) : [type];
  if (types.includes('string')) return text;
  const isNumber = types.includes('number') || types.includes('integer');
  if (isNumber && /^-?\d{1,16}(?:\.\d{1,16})?$/.test(text)) return Number(text);
  if (!types.includes('boolean')) return text;
  if (text === 'true' || (bare && text === '')) return true;
  return text === 'false' ? false : text;
}

function asText(type: unknown, value: unknown): unknown {
  return type === 'string' && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value;
}
