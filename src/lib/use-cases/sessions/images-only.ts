import type { ProgressSink } from '../../events.ts';

/** Passes on the progress of images only: for commands whose own output is what the user wants to see. */
export function imagesOnly(sink: ProgressSink): ProgressSink {
  let images: ReadonlySet<string> = new Set();
  return (event) => {
    if (event.type === 'begin') {
      const subjects = event.subjects.filter(({ kind }) => kind === 'image');
      images = new Set(subjects.map(({ name }) => name));
      if (images.size > 0) sink({ ...event, subjects });
    } else if (event.type === 'operation' || event.type === 'output') {
      if (images.has(event.subject)) sink(event);
    } else if (event.type !== 'end' || images.size > 0) {
      sink(event);
    }
  };
}
