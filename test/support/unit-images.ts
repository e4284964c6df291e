import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { testImage } from './real-engine.ts';

/** Images of units: services of a server run the command of their image. */
export const unitImages = {
  /** Two versions that answer HTTP on port 9000, with their version. */
  one: 'dops-test/unit:1',
  two: 'dops-test/unit:2',
  /** Ends after a second with exit code 3, and prints why. */
  bad: 'dops-test/unit:bad',
  /** Is healthy after two seconds. */
  checked: 'dops-test/unit:checked',
} as const;

const serve = (version: string): string =>
  `RUN busybox mkdir -p /www && echo version ${version} > /www/index.html
CMD ["busybox", "httpd", "-f", "-p", "9000", "-h", "/www"]
`;

const recipes: Readonly<Record<string, string>> = {
  [unitImages.one]: serve('one'),
  [unitImages.two]: serve('two'),
  [unitImages.bad]: 'CMD ["sh", "-c", "sleep 1; echo its last words; exit 3"]\n',
  [unitImages.checked]:
    'HEALTHCHECK --interval=1s CMD test -f /tmp/ready\n' +
    'CMD ["sh", "-c", "sleep 2; busybox touch /tmp/ready; sleep 1000"]\n',
};

/** Builds them on the engine of this machine, where they stay for later runs. */
export async function buildUnitImages(): Promise<void> {
  for (const [tag, recipe] of Object.entries(recipes)) await build(tag, `FROM ${testImage}\n${recipe}`);
}

async function build(tag: string, dockerfile: string): Promise<void> {
  const child = spawn('docker', ['build', '-q', '-t', tag, '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(dockerfile);
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>]);
  if (code !== 0) throw new Error(`${tag} could not be built: ${output}`);
}
