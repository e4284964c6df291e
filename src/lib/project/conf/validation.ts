/** An error as ajv reports it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly propertyName?: string;
  readonly params: { readonly additionalProperty?: string; readonly missingProperty?: string };
}

type Compiled = ((value: unknown) => boolean) & { readonly errors: readonly SchemaError[] | null };

/** The typed side of a validator that ajv has generated. */
export function validatorOf(compiled: unknown): (value: unknown) => readonly SchemaError[] {
  const check = compiled as Compiled;
  return (value) => (check(value) ? [] : (check.errors ?? []));
}
