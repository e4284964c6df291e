import { nameComplaint } from './service-name.ts';
import { readDefinition } from './service-definition.ts';
import type { DesiredService } from './desired-state.ts';
import { inside, Written } from './written.ts';

/** operator.json as it is written: values of the settings that it gives, and the services that always run. */
export interface SettingsFile {
  readonly written: Written;
  readonly values: Readonly<Record<string, unknown>>;
  readonly services: readonly DesiredService[];
}

/** Reads it strictly, with all problems among those of `written`. `known` are the keys besides `services`. */
export function parseSettingsFile(name: string, text: string, known: readonly string[]): SettingsFile {
  const written = new Written(name, text);
  const { services, ...values } = written.members(written.value, '', [...known, 'services']);
  const list = Object.entries(written.record(services, 'services')).flatMap(
    ([service, value]): readonly DesiredService[] => {
      const path = inside('services', service);
      const complaint = nameComplaint(service);
      if (complaint !== undefined) written.complain(path, complaint);
      const definition = readDefinition(written, value, path);
      return definition === undefined ? [] : [{ name: service, where: written.placeOf(path), definition }];
    },
  );
  return { written, values, services: list };
}
