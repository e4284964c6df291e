import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { messageOf } from '../errors.ts';

type Members = Readonly<Record<string, unknown>>;

/** A configuration as its policy gets it, or what is wrong with it. */
export type CheckedConfig =
  | {
      readonly config: Members;
      /** Members that the schema does not know, which are left out. */
      readonly unknown: readonly string[];
    }
  | { readonly faults: readonly ConfigFault[] };

interface ConfigFault {
  /** `domain`, `list.0`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** The JSON Schema of a policy's configurations. */
export class ConfigSchema {
  readonly #schema: Members;
  readonly #validate: ValidateFunction;

  private constructor(schema: Members, validate: ValidateFunction) {
    this.#schema = schema;
    this.#validate = validate;
  }

  /** Throws when it is not the schema of an object. */
  static of(schema: unknown): ConfigSchema {
    if (!isMembers(schema)) throw new Error('configSchema is not an object');
    if ('type' in schema && schema['type'] !== 'object') throw new Error('configSchema must have the type "object"');
    const ajv = new Ajv({ strict: false, allErrors: true, useDefaults: true, validateFormats: false, logger: false });
    try {
      return new ConfigSchema(schema, ajv.compile(schema));
    } catch (cause) {
      throw new Error(`configSchema is not a JSON Schema: ${messageOf(cause)}`, { cause });
    }
  }

  /** Fills in defaults. */
  check(value: unknown): CheckedConfig {
    if (!isMembers(value)) return { faults: [{ path: '', message: 'it must be an object in { }' }] };
    const unknown = Object.keys(value).filter((name) => !this.#isKnown(name));
    const config = structuredClone(
      Object.fromEntries(Object.entries(value).filter(([name]) => !unknown.includes(name))),
    );
    return this.#validate(config) ? { config, unknown } : { faults: (this.#validate.errors ?? []).map(faultOf) };
  }

  #isKnown(name: string): boolean {
    const { properties, patternProperties, additionalProperties } = this.#schema;
    const isOpen = patternProperties !== undefined || (additionalProperties ?? false) !== false;
    return isOpen || (isMembers(properties) && Object.hasOwn(properties, name));
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultOf({ instancePath, message = 'it does not match the schema' }: ErrorObject): ConfigFault {
  const path = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  return { path, message: path === '' ? message : `${path} ${message}` };
}
