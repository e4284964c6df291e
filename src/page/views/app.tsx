import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Address } from '../state/address.ts';
import type { Shown } from '../live/store.ts';
import { attention, type AttentionItem } from '../state/attention.ts';
import { Frame } from './frame.tsx';
import { HostsView } from './hosts-view.tsx';
import { JobsView } from './jobs-view.tsx';
import { JournalView } from './journal-view.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { useKeys } from './keys.ts';
import { OverviewView } from './overview-view.tsx';
import { ServiceView } from './service-view.tsx';
import { SignIn } from './sign-in.tsx';

interface Props {
  readonly shown: Shown;
  readonly address: Address;
  readonly onHold: () => void;
  readonly onRedraw: () => void;
  readonly onRetry: () => void;
}

export function App({ shown, address, onHold, onRedraw, onRetry }: Props): JSX.Element {
  const [isHelp, setHelp] = useState(false);
  const items = attention(shown.state, shown.now);
  const quietSince = useQuietSince(items.length, shown.now);
  const isSigningIn = shown.refusal !== undefined;
  const { hasLetters, setLetters } = useKeys({ onHold, onRedraw, onHelp: () => setHelp(true), isOff: isSigningIn });
  useEffect(() => {
    document.title = `${items.length === 0 ? '' : `(${items.length}) `}${address.subject ?? address.view} · dockerops`;
  });
  return (
    <>
      <div inert={isSigningIn}>
        <Frame
          shown={shown}
          view={address.view}
          attentionCount={items.length}
          onKeys={() => setHelp(true)}
          onRedraw={onRedraw}
          onRetry={onRetry}
        >
          <View shown={shown} address={address} items={items} quietSince={quietSince} />
        </Frame>
      </div>
      {shown.refusal !== undefined && <SignIn refusal={shown.refusal} onToken={onRetry} />}
      <KeysDialog isOpen={isHelp} hasLetters={hasLetters} onLetters={setLetters} onClose={() => setHelp(false)} />
    </>
  );
}

interface ViewProps extends Pick<Props, 'shown' | 'address'> {
  readonly items: readonly AttentionItem[];
  readonly quietSince: number;
}

function View({ shown, address, items, quietSince }: ViewProps): JSX.Element {
  if (shown.state.heardAt === 0) return <p class="quiet">Asking the server …</p>;
  switch (address.view) {
    case 'overview':
      return <OverviewView {...{ shown, address, items, quietSince }} />;
    case 'service':
      return <ServiceView shown={shown} address={address} />;
    case 'jobs':
      return <JobsView shown={shown} />;
    case 'hosts':
      return <HostsView shown={shown} />;
    case 'journal':
      return <JournalView shown={shown} />;
  }
}

/** Since when nothing needs attention, as far as this page has seen. */
function useQuietSince(count: number, now: number): number {
  const since = useRef(now);
  const before = useRef(0);
  if (count === 0 && before.current > 0) since.current = now;
  before.current = count;
  return since.current;
}
