import { execFileSync } from 'node:child_process';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const limitMs = 10_000;
/** Prints a file without its types, with every line and column where it was. */
const program = `
  const { stripTypeScriptTypes } = require('node:module');
  process.removeAllListeners('warning');
  process.stdout.write(stripTypeScriptTypes(require('node:fs').readFileSync(process.argv[1], 'utf8')));`;

/**
 * Lets a process of its own take the types out of TypeScript modules, since Node's reader of TypeScript would stay in
 * the memory of this thread: 17 MiB. What that process cannot read is left to Node, which has the right error.
 */
export function stripTypesElsewhere(): void {
  registerHooks({
    load: (url, context, next) => {
      const source = isTypeScript(url) ? withoutTypes(url) : undefined;
      // Without a package.json that says it, the syntax decides.
      const isModule = context.format === 'module-typescript' || (context.format == null && isModuleText(source));
      return source !== undefined && isModule ? { format: 'module', source, shortCircuit: true } : next(url, context);
    },
  });
}

function isTypeScript(url: string): boolean {
  return url.startsWith('file:') && /\.m?ts$/.test(url);
}

function isModuleText(text: string | undefined): boolean {
  return text !== undefined && /(?:^|[;\n])[ \t]*(?:import|export)\b/.test(text);
}

function withoutTypes(url: string): string | undefined {
  try {
    return execFileSync(process.execPath, ['-e', program, fileURLToPath(url)], {
      encoding: 'utf8',
      timeout: limitMs,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}
