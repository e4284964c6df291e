import type { DocumentPart } from '../document-reader.ts';
import type { DesiredService } from './desired-state.ts';
import { readDefinition } from './service-definition.ts';
import { nameProblem } from './service-name.ts';

/** The services of operator.json, which always run. What is wrong is among the problems of the document. */
export function readFileServices(services: DocumentPart): readonly DesiredService[] {
  return services.entries().flatMap(([name, part]): readonly DesiredService[] => {
    const problem = nameProblem(name);
    if (problem !== undefined) part.fail(problem);
    const definition = readDefinition(part);
    return definition === undefined ? [] : [{ name, where: part.place, definition }];
  });
}
