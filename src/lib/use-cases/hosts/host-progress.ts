import type { ProgressSink } from '../../events.ts';

/**
 * One display for plans that are applied on several hosts at the same time: each subject with its host. Their ends are
 * not passed on, as the others go on.
 */
export function hostProgress(sink: ProgressSink, host: string): ProgressSink {
  const named = (text: string): string => `${host}: ${text}`;
  return (event) => {
    if (event.type === 'end') return;
    if (event.type === 'begin')
      sink({ ...event, subjects: event.subjects.map((subject) => ({ ...subject, name: named(subject.name) })) });
    else if ('subject' in event) sink({ ...event, subject: named(event.subject) });
    else sink({ ...event, text: named(event.text) });
  };
}
