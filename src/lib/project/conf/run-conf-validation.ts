import { validate as compiled } from '../../../generated/run-conf-validator.ts';

/** An error as ajv reports it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly propertyName?: string;
  readonly params: { readonly additionalProperty?: string; readonly missingProperty?: string };
}

type Compiled = ((value: unknown) => boolean) & { readonly errors: readonly SchemaError[] | null };

/** The typed side of the validator, which is generated code. */
export function validate(value: unknown): readonly SchemaError[] {
  const check = compiled as unknown as Compiled;
  return check(value) ? [] : (check.errors ?? []);
}
