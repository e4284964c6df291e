import type { EntryValues, SecretValue } from '../conf/run-conf-entry.ts';
import { isRecord } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { elementsOf, textOf } from './yaml-values.ts';

/** Secrets whose value comes from a file or from the environment, by the top-level `secrets` of the file. */
export function convertSecrets(value: unknown, context: ServiceContext): Pick<EntryValues, 'secrets'> {
  const secrets = elementsOf(value).flatMap((secret, index) => convertSecret(secret, index, context) ?? []);
  return secrets.length === 0 ? {} : { secrets };
}

function convertSecret(secret: unknown, index: number, context: ServiceContext): SecretValue | undefined {
  const settings = isRecord(secret) ? secret : { source: secret };
  for (const key of Object.keys(settings))
    if (!['source', 'target'].includes(key))
      context.drop(['secrets', index, key], `"${key}" of a secret is not supported`);
  const { target } = settings;
  const source = textOf(settings['source']);
  const name = typeof target === 'string' ? target.replace(/^\/run\/secrets\//, '') : source;
  const all = context.root['secrets'];
  const definition = isRecord(all) && isRecord(all[source]) ? all[source] : {};
  if (typeof definition['file'] === 'string') return { name, file: definition['file'].replace(/^\.\//, '') };
  if (typeof definition['environment'] === 'string') return { name, variable: definition['environment'] };
  context.drop(
    ['secrets', index],
    `the value of the secret ${source} comes neither from a file nor from a variable`,
    `name a file that has it: {"name": "${name}", "file": "…"}`,
  );
  return undefined;
}
