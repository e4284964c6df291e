import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Refusal } from '../live/api.ts';
import { keepToken, keptToken } from '../live/token.ts';

interface Props {
  readonly refusal: Refusal;
  readonly onToken: () => void;
}

/** Asks for the token. What was shown stays behind it. */
export function SignIn({ refusal, onToken }: Props): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    keepToken(field.current?.value.trim() ?? '');
    onToken();
  };
  return (
    <section class="sign-in" aria-labelledby="sign-in-title">
      <form class="panel" onSubmit={submit}>
        <h1 id="sign-in-title">Token of this server</h1>
        <label for="token">It was given to dockerops serve as --token or --token-file. This tab alone keeps it.</label>
        <input id="token" ref={field} type="password" autocomplete="current-password" required />
        <p role="alert" class="cause-text">
          {textOf(refusal)}
        </p>
        <button type="submit" class="button main">
          Sign in
        </button>
      </form>
    </section>
  );
}

function textOf({ status, retryAfterSeconds }: Refusal): string {
  if (status === 429)
    return `Too many wrong tokens from this address. Try again in ${retryAfterSeconds ?? 60} seconds.`;
  return keptToken() === undefined ? '' : 'The server does not know this token.';
}
