import type { Check } from '../../use-cases/doctor/check.ts';
import type { Style } from './style.ts';

const looks = { ok: ['✔', 'green'], warn: ['!', 'yellow'], fail: ['✖', 'red'], unknown: ['?', 'dim'] } as const;

/** One line for each check, its fix below:
 * ```
 * ✔ engine       20.10.24, API 1.41, at unix:///var/run/docker.sock
 * ! port 53      in use: 53/udp on 127.0.0.53 by systemd-resolve (pid 812)
 *     -> publish on another address
 * ```
 */
export function renderChecks(checks: readonly Check[], style: Style): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, status, text, fix }) => {
      const [mark, colour] = looks[status];
      return [
        `${style[colour](`${mark} ${name.padEnd(width)}`)}  ${text.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`,
        ...(fix === undefined ? [] : [`    ${style.cyan('->')} ${fix}`]),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
