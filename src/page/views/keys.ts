import { useEffect, useState } from 'preact/hooks';
import { go } from '../live/address.ts';
import { views } from '../state/address.ts';
import { toggleTheme } from '../live/theme.ts';

interface KeyActions {
  readonly onHold: () => void;
  readonly onRedraw: () => void;
  readonly onHelp: () => void;
  readonly isOff: boolean;
}

const kept = 'dockerops letters';

/** The keys of the whole page. They never act in a field, nor with a modifier, and can be switched off. */
export function useKeys(actions: KeyActions): {
  readonly hasLetters: boolean;
  readonly setLetters: (isOn: boolean) => void;
} {
  const [hasLetters, setState] = useState(localStorage.getItem(kept) !== 'off');
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (hasLetters && !actions.isOff && isForPage(event) && act(event.key, actions)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
  const setLetters = (isOn: boolean): void => {
    localStorage.setItem(kept, isOn ? 'on' : 'off');
    setState(isOn);
  };
  return { hasLetters, setLetters };
}

function isForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  const target = event.target as Element;
  return target.closest('input, select, textarea, dialog') === null;
}

/** Whether the key means anything. */
function act(key: string, { onHold, onRedraw, onHelp }: KeyActions): boolean {
  const view = views[Number(key) - 1];
  const table: Readonly<Record<string, () => void>> = {
    '.': onHold,
    '?': onHelp,
    a: () => focusOn('.attention li a'),
    t: () => {
      toggleTheme();
      onRedraw();
    },
  };
  const action = view === undefined ? table[key] : () => go(view);
  action?.();
  return action !== undefined;
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}
