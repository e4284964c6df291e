// npm run test:chaos [-- rounds [seed [minutes]]]: kills commands with -9 at random moments. Prints each round that
// is lost with its seed, and ends with 1 if there is one; one round with this seed repeats it.
import { ChaosProject } from './chaos-project.ts';
import { chaosRound, succeed } from './chaos-round.ts';

const [rounds = 500, seed = Date.now() % 2 ** 31, minutes = 60] = process.argv.slice(2).map(Number);
const end = performance.now() + minutes * 60_000;
const counts = { rounds: 0, killed: 0, lost: 0 };
const project = new ChaosProject();

process.stdout.write(`${rounds} rounds from seed ${seed}, at most ${minutes} minutes\n`);
try {
  await project.open();
  await succeed(project, ['run:all', '--build', '--yes']);
  await project.writeData('saved');
  await succeed(project, ['backup:db', '--output', 'good.tar']);
  await project.writeData('precious');
  while (counts.rounds < rounds && performance.now() < end) {
    const round = await chaosRound(project, seed + counts.rounds);
    counts.rounds += 1;
    if (!round.ended) counts.killed += 1;
    if (round.lost.length > 0) counts.lost += 1;
    const { command, next, killedAfterMs, lost } = round;
    const how = round.ended ? 'ended' : `killed after ${Math.round(killedAfterMs)} ms`;
    if (lost.length > 0 || process.env['CHAOS_VERBOSE'] === '1')
      process.stdout.write(`seed ${round.seed}: ${command} ${how}, then ${next}\n${lost.join('\n')}\n`);
  }
} finally {
  await project.close();
}
process.stdout.write(`${counts.rounds} rounds, ${counts.killed} killed, ${counts.lost} lost\n`);
if (counts.lost > 0) process.exitCode = 1;
