import type { EnvironmentVariable, Reference, Template } from '../model/desired.ts';
import { maskValue } from '../model/secret-text.ts';
import type { Plan } from './plan.ts';

function referenceText(reference: Reference): string {
  if ('addressOf' in reference) return `<address of ${reference.addressOf}>`;
  if ('subnetOf' in reference) return `<subnet of ${reference.subnetOf}>`;
  if ('privateKey' in reference) return `<private key ${reference.privateKey}>`;
  if ('publicKey' in reference) return `<public key ${reference.publicKey}>`;
  if ('certificate' in reference) return `<certificate ${reference.certificate}>`;
  if ('contentOf' in reference) return `<content of image ${reference.contentOf}>`;
  if ('startNumber' in reference) return `<start number of ${reference.startNumber}>`;
  if ('derivedSecret' in reference) return `<secret ${reference.derivedSecret} for ${showTemplate(reference.label)}>`;
  return `<secret ${reference.secret}>`;
}

/** Text as a reader may see it: what exists only later, or is secret, by its name. */
export function showTemplate(text: Template): string {
  return text.map((piece) => (typeof piece === 'string' ? piece : referenceText(piece))).join('');
}

/** One line for each operation, in order: `[3] -> [1, 2] start demo-one (no container)`. */
export function operationLines(plan: Plan): readonly string[] {
  const number = new Map(plan.operations.map((operation, index) => [operation.id, index + 1]));
  return plan.operations.map((operation) => {
    const needs = operation.needs.map((id) => number.get(id) ?? id);
    const arrow = needs.length === 0 ? '' : ` -> [${needs.join(', ')}]`;
    const follows = (operation.follows ?? []).map((id) => number.get(id) ?? id);
    const order = follows.length === 0 ? '' : `, follows [${follows.join(', ')}]`;
    return `[${String(number.get(operation.id))}]${arrow} ${operation.id} (${operation.cause})${order}`;
  });
}

/** A plan as lines, for tests: all of it, byte for byte the same for the same plan. */
export function planToText(plan: Plan): string {
  const lines = operationLines(plan);
  const blockers = plan.blockers.map((blocker) => `! ${blocker.subject}: ${blocker.message}`);
  const verdicts = plan.verdicts.map((verdict) => `${verdict.verdict} ${verdict.key}: ${verdict.reason}`);
  return [...verdicts, ...blockers, ...plan.warnings.map((warning) => `warning: ${warning}`), ...lines].join('\n');
}

/** The value of a variable as it may be shown. */
export function showVariable({ name, value, secret }: EnvironmentVariable): string {
  const text = showTemplate(value);
  return secret ? maskValue(name, text) : text;
}
