import { emptyState, reduce, type Action, type PageState } from '../state/page-state.ts';
import type { Refusal } from './api.ts';

/** What is shown: the state, unless somebody holds it still. */
export interface Shown {
  readonly state: PageState;
  readonly now: number;
  readonly isHeld: boolean;
  /** Why the server wants a token, or no more tries. */
  readonly refusal: Refusal | undefined;
}

const tickMs = 1000;

/** The state of the page, and who draws it: at most once a frame, whatever happens. */
export class Store {
  #state: PageState = emptyState;
  #held: { readonly state: PageState; readonly now: number } | undefined;
  #refusal: Refusal | undefined;
  #isDue = false;
  readonly #draw: (shown: Shown) => void;

  constructor(draw: (shown: Shown) => void) {
    this.#draw = draw;
    setInterval(() => this.dispatch({ kind: 'tick', now: Date.now() }), tickMs);
  }

  dispatch(action: Action): void {
    this.#state = reduce(this.#state, action);
    this.redraw();
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
    this.redraw();
  }

  accept(): void {
    this.#refusal = undefined;
    this.redraw();
  }

  /** Keeps what is shown as it is, until it is called again. */
  toggleHold(): void {
    this.#held = this.#held === undefined ? { state: this.#state, now: Date.now() } : undefined;
    this.redraw();
  }

  redraw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      const { state, now } = this.#held ?? { state: this.#state, now: Date.now() };
      this.#draw({ state, now, isHeld: this.#held !== undefined, refusal: this.#refusal });
    });
  }
}
