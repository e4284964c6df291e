// npm run fuzz [inputs [minutes]]: many texts for each parser. Prints what each took, and ends with 1 if one failed.
import { fuzz } from './run-target.ts';
import { targets } from './targets.ts';

const [inputs = 1_000_000, minutes = 30] = process.argv.slice(2).map(Number);
const seed = Date.now() % 2 ** 31;
/** The heap is limited to 512 MB; generated texts and code are beside it. */
const maxGrowthMb = 1024;
process.stdout.write(`seed ${seed}, ${inputs} inputs, at most ${minutes} minutes\n`);
const before = process.resourceUsage().maxRSS;
let total = 0;
for (const target of targets) {
  const start = process.hrtime.bigint();
  let parsed = 0;
  try {
    const limitMs = (minutes * 60_000) / targets.length;
    parsed = await fuzz(target, Math.ceil(inputs / targets.length), { seed, limitMs });
    total += parsed;
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`${target.name}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  process.stdout.write(`${target.name.padEnd(24)} ${parsed} inputs, ${seconds.toFixed(1)} s\n`);
}
const growthMb = Math.round((process.resourceUsage().maxRSS - before) / 1024);
process.stdout.write(`${total} inputs; memory grew by ${growthMb} MB\n`);
if (growthMb > maxGrowthMb) process.exitCode = 1;
