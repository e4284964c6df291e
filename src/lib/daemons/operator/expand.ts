export interface Expanded {
  readonly text: string;
  /** Variables in the text that the environment does not have. */
  readonly missing: readonly string[];
  /** All variables in the text. */
  readonly names: readonly string[];
}

/** Replaces `$NAME` and `${NAME}` by their values; `$$` is a dollar sign, and one before anything else stays. */
export function expand(text: string, environment: Readonly<Record<string, string | undefined>>): Expanded {
  const missing: string[] = [];
  const names: string[] = [];
  const expanded = text.replaceAll(
    /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g,
    (_, dollar?: string, plain?: string, braced?: string) => {
      if (dollar !== undefined) return '$';
      const name = plain ?? braced ?? '';
      names.push(name);
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (value === undefined) missing.push(name);
      return value ?? '';
    },
  );
  return { text: expanded, missing, names };
}
