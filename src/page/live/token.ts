const key = 'dockerops token';

/** The token is kept for this tab alone, and goes with it. */
export function keptToken(): string | undefined {
  return sessionStorage.getItem(key) ?? undefined;
}

export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}
