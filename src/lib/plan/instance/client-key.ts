import { label } from '../../labels.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { RunContext } from '../context.ts';

/** The key itself, without the type before and the comment behind it. */
function bodyOf(publicKey: string | undefined): string | undefined {
  return publicKey?.split(' ')[1];
}

/** Whether an instance was made with another client key than this; one without a key never was. */
export function hasOtherKey({ labels }: Pick<ObservedContainer, 'labels'>, publicKey: string | undefined): boolean {
  const own = bodyOf(labels[label.clientKey]);
  return own !== undefined && own !== bodyOf(publicKey);
}

/**
 * Refuses to make instances beside others that have another client key. Keys are kept in the project's directory, so
 * a second machine needs a copy of them: with keys of its own its instances could neither log in to the others nor
 * publish names.
 */
export function checkClientKey({ desired, owner, own, builder }: RunContext, made: readonly InstanceSpec[]): void {
  const key = desired.keys.find(({ name, keep }) => name === 'client' && keep === 'project');
  if (key === undefined || (key.exists && key.publicPart === undefined)) return;
  const names = new Set(made.map(({ container }) => container));
  const others = [...own.values()]
    .filter(({ name }) => !names.has(name))
    .filter((each) => hasOtherKey(each, key.publicPart));
  const [first] = others;
  if (made.length === 0 || first === undefined) return;
  builder.blockers.push({
    subject: owner.name,
    message: otherKeyText(first, others.length, key.exists),
    suggestions: keySuggestions,
  });
}

export const keySuggestions: readonly string[] = [
  'copy the project\'s keys: "dockerops keys export --output shop.keys" there, ' +
    '"dockerops keys import shop.keys" here',
  'or, if they are lost, replace every instance: dockerops rerun:all',
];

function otherKeyText({ ownership, name }: ObservedContainer, count: number, hasKey: boolean): string {
  const owner = ownership?.owner;
  const from =
    owner?.kind === 'project'
      ? ` by ${owner.path} of ${owner.machine === '' ? 'a machine' : `machine ${owner.machine}`}`
      : '';
  const more = count > 1 ? ` and ${String(count - 1)} more` : '';
  const verb = count > 1 ? 'were' : 'was';
  return `${name}${more} ${verb} made with other keys${from}${hasKey ? '' : ', and this directory has none'}`;
}
