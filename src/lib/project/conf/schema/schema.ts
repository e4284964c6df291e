/** The part of JSON Schema that is used. Only `type` has alternatives, so that an error belongs to one place. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

export function string(description: string, more: Schema = {}): Schema {
  return { type: 'string', description, ...more };
}

export function boolean(description: string): Schema {
  return { type: 'boolean', description };
}

export function strings(description: string, items: Schema = {}): Schema {
  return { type: 'array', description, items: { type: 'string', ...items } };
}

export function stringOrStrings(description: string, more: Schema = {}): Schema {
  return { type: ['string', 'array'], description, items: { type: 'string' }, ...more };
}

/** `{"a": 1}`, or `["a=1"]`. */
export function pairs(description: string, more: Schema): Schema {
  return {
    type: ['object', 'array'],
    description,
    items: { type: 'string' },
    additionalProperties: { type: ['string', 'number'] },
    ...more,
  };
}

export function bytes(description: string): Schema {
  return {
    type: ['string', 'integer'],
    description,
    pattern: '^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$',
    minimum: 0,
    examples: ['512m', '2g'],
  };
}

export function duration(description: string): Schema {
  return {
    type: ['string', 'number'],
    description,
    pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
    minimum: 0,
    examples: ['30s', '1m30s'],
  };
}
