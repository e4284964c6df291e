/** How lib says what is going on. The core emits, `render/` draws; nothing in lib prints. */
export type ProgressState = 'waiting' | 'working' | 'done' | 'failed' | 'skipped';

export type ProgressEvent =
  | { readonly type: 'begin'; readonly subjects: readonly Subject[] }
  | {
      readonly type: 'operation';
      /** Id of the operation in its plan. */
      readonly operation: string;
      /** Which line it belongs to; see Subject. */
      readonly subject: string;
      readonly state: ProgressState;
      /** Present participle while working (`starting`), past when done (`started`). */
      readonly text: string;
    }
  | { readonly type: 'output'; readonly subject: string; readonly line: string }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'end'; readonly failed: boolean };

/** One line of a progress display: an instance, an image, the network. */
export interface Subject {
  readonly name: string;
  readonly kind: 'instance' | 'image' | 'network' | 'project';
  /** How many operations it takes, where that is known: it is done when so many are. */
  readonly operations?: number;
}

export type ProgressSink = (event: ProgressEvent) => void;
