import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { hasOtherKey, keySuggestions } from '../../plan/instance/client-key.ts';
import { clientKey } from '../../project/keys/key-names.ts';
import type { ObservedProject } from '../open-project.ts';

/** Throws before a login with a key that the instance does not accept: ssh would only say "permission denied". */
export async function checkClientKey(
  { keys }: Pick<ObservedProject, 'keys'>,
  container: ObservedContainer,
): Promise<void> {
  if (container.labels[label.clientKey] === undefined) return;
  const own = await keys.publicPart(clientKey);
  if (!hasOtherKey(container, own)) return;
  throw new UserError(`${container.ownership?.key ?? container.name} does not accept the ssh key of this directory`, {
    code: 'OTHER_KEY',
    suggestions: keySuggestions,
  });
}
