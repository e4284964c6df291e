import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import type { EngineSessions } from '../../engine/engine.ts';
import { Interrupted } from '../../errors.ts';

/** Name of the variable by which the processes of a session are found inside its container. */
export const markVariable = 'DOCKEROPS_SESSION';

/** Distinguishes the processes of one session from all others. */
export function newMark(): string {
  return randomBytes(12).toString('hex');
}

// No engine passes a signal on to a command that was started in a container, so another command in it does: it finds
// the processes that have the mark in their environment, and all below them (sshd clears the environment of its own).
// In an ssh session the mark is on a shell above sshd. Neither gets the signal: what runs below them would lose its
// output and die of that before it can act on the signal.
const script = `
marked=$(grep -lsF "$2" /proc/[0-9]*/environ)
parents=$(grep -s '^PPid:' /proc/[0-9]*/status)
tree=
for file in $marked; do pid=\${file#/proc/}; tree="$tree \${pid%%/*} "; done
above=$tree
known=none
while [ "$known" != "$tree" ]; do
  known=$tree
  for word in $parents; do
    case $word in
      /proc/*) pid=\${word#/proc/}; pid=\${pid%%/*} ;;
      *) case $tree in
          *" $pid "*) ;;
          *" $word "*) tree="$tree $pid " ;;
        esac ;;
    esac
  done
done
for pid in $tree; do
  if [ "$3" = ssh ]; then
    case $above in *" $pid "*) continue ;; esac
    read -r name 2>/dev/null < "/proc/$pid/comm" || continue
    case $name in sshd*) continue ;; esac
  fi
  kill -s "$1" "$pid" 2>/dev/null
done
`;
const limitMs = 2000;

/**
 * Sends a signal to the processes of a session inside a container. It is only an attempt: the image may have no shell,
 * and the container may be gone.
 */
export async function signalInside(
  engine: Pick<EngineSessions, 'exec'>,
  container: string,
  mark: string,
  name: NodeJS.Signals,
  kind: 'exec' | 'ssh',
): Promise<void> {
  const command = ['/bin/sh', '-c', script, 'sh', name.slice('SIG'.length), `${markVariable}=${mark}`, kind];
  await engine.exec(container, { command, user: '0' }, limitMs).catch(() => {});
}

/** The signal that aborted a command. */
export function interruptingSignal({ reason }: AbortSignal): NodeJS.Signals {
  return reason instanceof Interrupted ? reason.by : 'SIGINT';
}

/** Exit code of a program that a signal has ended. */
export function exitCodeFor(name: NodeJS.Signals): number {
  return 128 + constants.signals[name];
}
