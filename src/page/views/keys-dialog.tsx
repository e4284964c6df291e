import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

const keys = [
  ['1 to 5', 'the views'],
  ['arrows', 'from unit to unit'],
  ['Enter', 'the reason of a unit'],
  ['Esc', 'close, and back to where you were'],
  ['a', 'the first thing that needs attention'],
  ['.', 'hold the page still, and let it go on'],
  ['t', 'light or dark'],
  ['?', 'this list'],
] as const;

interface Props {
  readonly isOpen: boolean;
  readonly hasLetters: boolean;
  readonly onLetters: (isOn: boolean) => void;
  readonly onClose: () => void;
}

/** All keys, and a switch for those who use letters for something else. */
export function KeysDialog({ isOpen, hasLetters, onLetters, onClose }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal();
    if (!isOpen) dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl class="facts">
        {keys.map(([key, what]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
      <label class="choice">
        <input type="checkbox" checked={hasLetters} onChange={(event) => onLetters(event.currentTarget.checked)} />
        letters and signs act as keys
      </label>
      <p class="actions">
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </p>
    </dialog>
  );
}
