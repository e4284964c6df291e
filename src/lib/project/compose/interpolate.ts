/** A variable that a text of a compose file names, and where its value came from. */
export interface UsedVariable {
  readonly name: string;
  readonly from: 'env file' | 'default' | 'nothing';
}

export interface Interpolated {
  readonly text: string;
  readonly used: readonly UsedVariable[];
}

const variable = /\$(?:\$|\{([A-Za-z_]\w*)(?:(:?[-+?])((?:[^{}]|\$\{[^{}]*\})*))?\}|([A-Za-z_]\w*))/g;

/** `$X`, `${X}`, `${X:-default}`, `${X:+other}`, `${X:?message}` and `$$`, as the Compose specification has them. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): Interpolated {
  const used: UsedVariable[] = [];
  const replaced = text.replaceAll(
    variable,
    (
      _: string,
      braced: string | undefined,
      operator: string | undefined = '',
      word: string | undefined = '',
      bare: string | undefined,
    ) => {
      const name = braced ?? bare;
      if (name === undefined) return '$';
      const value = operator.startsWith(':') && values[name] === '' ? undefined : values[name];
      if (operator.endsWith('+')) {
        used.push({ name, from: value === undefined ? 'nothing' : 'env file' });
        return value === undefined ? '' : inner(word);
      }
      const from = value !== undefined ? 'env file' : operator.endsWith('-') ? 'default' : 'nothing';
      used.push({ name, from });
      return value ?? (operator.endsWith('-') ? inner(word) : '');

      function inner(more: string): string {
        if (!more.includes('$')) return more;
        const result = interpolate(more, values);
        used.push(...result.used);
        return result.text;
      }
    },
  );
  return { text: replaced, used };
}

/** The variable that a text is and nothing else, with its default: `${DB_HOST:-db}`. */
export function soleVariable(
  text: string,
): { readonly name: string; readonly fallback: string | undefined } | undefined {
  const [, braced, fallback, bare] =
    /^\$(?:\{([A-Za-z_]\w*)(?::?-([^{}$]*)|:?\?[^{}]*)?\}|([A-Za-z_]\w*))$/.exec(text) ?? [];
  const name = braced ?? bare;
  return name === undefined ? undefined : { name, fallback };
}
