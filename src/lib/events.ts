/** How the core reports progress: it emits events, and `cli/render/` shows them. Nothing else in lib prints. */
export type ProgressState = 'waiting' | 'working' | 'done' | 'failed' | 'skipped';

export type ProgressEvent =
  | { readonly type: 'begin'; readonly subjects: readonly Subject[] }
  | {
      readonly type: 'operation';
      /** Id of the operation in its plan. */
      readonly operation: string;
      /** Name of its subject. */
      readonly subject: string;
      readonly state: ProgressState;
      /** Present participle while working (`starting`), past when done (`started`). */
      readonly text: string;
    }
  /** A part of a long operation begins. */
  | { readonly type: 'step'; readonly subject: string; readonly text: string }
  /** A line of a build or a pull. */
  | { readonly type: 'output'; readonly subject: string; readonly line: string }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'end'; readonly failed: boolean };

/** One line of a progress display: an instance, an image, the network. */
export interface Subject {
  readonly name: string;
  readonly kind: 'instance' | 'image' | 'network' | 'project';
  /** Number of its operations, if it is known: it is done when they are. */
  readonly operations?: number;
}

export type ProgressSink = (event: ProgressEvent) => void;
