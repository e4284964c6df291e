import { expect } from 'chai';
import fc from 'fast-check';
import { parseRunConf } from '../../../../src/lib/project/conf/run-conf.ts';
import { runConfSchema } from '../../../../src/lib/project/conf/run-conf-schema.ts';
import type { Schema } from '../../../../src/lib/project/conf/schema/schema.ts';
import { UserError } from '../../../../src/lib/errors.ts';
import { resolveScene } from '../project-files.ts';

/** Any value that a schema admits. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  const choices = [schema.type ?? 'string'].flat().map((type) => ofType(type, schema));
  return fc.oneof(...choices, ...(schema.examples === undefined ? [] : [fc.constantFrom(...schema.examples)]));
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  const { minimum: min = -5, maximum: max = 100_000 } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min, max });
    case 'number':
      return fc.integer({ min: schema.exclusiveMinimum === undefined ? min : 1, max });
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return objectOf(schema);
    default:
      return textOf(schema);
  }
}

function textOf({ enum: choices, pattern }: Schema): fc.Arbitrary<string> {
  if (choices !== undefined) return fc.constantFrom(...choices);
  return pattern === undefined
    ? fc.oneof(
        fc.string(),
        fc.constantFrom('web', 'db', 'db-main', 'web-one:x', '*', '/x', 'a:/b', '$PROJECT_DIR', '0', ''),
      )
    : fc.stringMatching(new RegExp(pattern));
}

function objectOf({
  properties = {},
  required = [],
  additionalProperties,
  propertyNames,
}: Schema): fc.Arbitrary<object> {
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(schema)])),
    { requiredKeys: [...required] },
  );
  if (typeof additionalProperties !== 'object') return named;
  const name = fc
    .stringMatching(new RegExp(propertyNames?.pattern ?? '^[A-Za-z][A-Za-z0-9_.-]{0,8}$'))
    .filter((each) => each !== '__proto__');
  return fc.dictionary(name, valueOf(additionalProperties), { maxKeys: 3 });
}

const { service: _, instance: __, ...others } = runConfSchema.items?.properties ?? {};
const entry = fc
  .tuple(
    fc.constantFrom('web', 'db', 'plain'),
    fc.dictionary(fc.constantFrom(...Object.keys(others)), fc.constant(null), { maxKeys: 6 }),
  )
  .chain(([service, keys]) =>
    fc.record({
      service: fc.constant(service),
      ...Object.fromEntries(Object.keys(keys).map((key) => [key, valueOf(others[key] ?? {})])),
    }),
  )
  .map((values) => ({ ...values, instance: 'one' }));
const space = fc
  .array(fc.constantFrom(' ', '\n', '\t', '# it\'s "x", [\n', '// {\n', '/* } */'), { maxLength: 3 })
  .map((parts) => parts.join(''));

describe('any run.conf', () => {
  it('that the schema accepts is read as written, with any space and comments', () => {
    fc.assert(
      fc.property(entry, space, space, fc.constantFrom('', ','), (values, before, between, comma) => {
        const members = Object.entries(values).map(
          ([key, value]) => `${JSON.stringify(key)}${between}:${before}${JSON.stringify(value)}`,
        );
        const { conf, problems } = parseRunConf(
          'run.conf',
          `${before}[${between}{${members.join(`${between},${before}`)}${comma}}${between}${comma}${before}]`,
        );
        const places = problems.map(({ where = '' }) => where);
        for (const place of places) expect(place).to.match(/^run\.conf:\d+:\d+$/);
        // Numbers of these keys are taken as they are written.
        const {
          env_vars: _env,
          build_args: _args,
          labels: _labels,
          ...read
        } = conf.entries[0]?.values ?? { service: '' };
        const { env_vars: _e, build_args: _a, labels: _l, ...written } = values as Record<string, unknown>;
        expect(read).to.deep.equal(written);
      }),
      { numRuns: 300 },
    );
  });

  it('that the schema accepts becomes instances or problems with a place, never an exception', function () {
    this.timeout(30_000);
    fc.assert(
      fc.property(entry, (values) => {
        try {
          const { desired, problems, missing } = resolveScene({ conf: [values] });
          for (const { where, message } of problems)
            expect(where ?? message).to.match(/^(run\.conf|services\/.*):\d+:\d+$|^these wait/);
          if (problems.length + missing.length === 0) expect(desired.instances.length).to.be.at.most(1);
        } catch (error) {
          expect(error).to.be.instanceOf(UserError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
