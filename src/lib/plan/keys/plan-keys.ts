import type { DesiredKey, KeyClaim, ObservedKey } from '../../model/published-key.ts';
import { PlanBuilder } from '../builder.ts';
import type { OperationOf } from '../operation.ts';
import type { ExpectedKey } from '../operation-parts.ts';
import type { Plan } from '../plan.ts';
import { decideKey, type Claimant, type KeyChange, type KeyDecision } from './decide-key.ts';
import { compareBytes } from './order.ts';

export interface KeysRequest extends Claimant {
  readonly desired: readonly DesiredKey[];
  /** Of all registrators. */
  readonly claims: readonly KeyClaim[];
  /** The visible keys. */
  readonly observed: ReadonlyMap<string, ObservedKey>;
  readonly limits: TransactionLimits;
  /** Keys that get a transaction of their own. */
  readonly alone?: ReadonlySet<string>;
  /** Changes as soon as somebody else works in this registrator's name, and then nothing is written. */
  readonly lock?: ExpectedKey;
}

interface TransactionLimits {
  readonly operations: number;
  readonly requestBytes: number;
}

const noKeys: ReadonlySet<string> = new Set();

export interface KeysPlan {
  readonly plan: Plan;
  /** What changes for readers of the keys, sorted by key. */
  readonly changes: readonly KeyChange[];
  /** Desired keys that belong to somebody else. */
  readonly foreign: readonly string[];
}

/**
 * Transactions that make the directory equal to what this registrator wants. A key that is right is not written. All
 * that publish something are done before those that only remove.
 */
export function planKeys(request: KeysRequest): KeysPlan {
  const decided = casesOf(request).map((each) => ({ key: each.key, decision: decideKey(each, request) }));
  const decisions = decided.flatMap(({ decision }) =>
    decision === undefined || decision === 'foreign' ? [] : [decision],
  );
  return {
    plan: planOf(request, decisions),
    changes: decisions.flatMap(({ change }) => change ?? []),
    foreign: decided.flatMap(({ key, decision }) => (decision === 'foreign' ? [key] : [])),
  };
}

/**
 * The keys that are desired, those that this registrator has claimed, and those that hang on its lease: another one may
 * have given it a key in the moment in which it gave up its claim.
 */
function casesOf({
  desired,
  claims,
  observed,
  registrator,
  lease,
  earlier,
}: KeysRequest): readonly Parameters<typeof decideKey>[0][] {
  const values = new Map(desired.map(({ key, value }) => [key, value]));
  const claimed = Map.groupBy(claims, ({ key }) => key);
  const own = claims.filter((claim) => claim.registrator === registrator).map(({ key }) => key);
  const left = [...observed].flatMap(([key, { lease: held }]) =>
    held !== undefined && (held === lease || held === earlier) ? [key] : [],
  );
  return [...new Set([...values.keys(), ...own, ...left])].sort(compareBytes).map((key) => {
    const [value, entry] = [values.get(key), observed.get(key)];
    return {
      key,
      claims: claimed.get(key) ?? [],
      ...(value === undefined ? {} : { value }),
      ...(entry === undefined ? {} : { observed: entry }),
    };
  });
}

function planOf(
  { registrator, limits: all, lock, alone = noKeys }: KeysRequest,
  decisions: readonly KeyDecision[],
): Plan {
  const fence = lock === undefined ? [] : [lock];
  const limits = { ...all, operations: all.operations - fence.length, alone };
  const builder = new PlanBuilder({ kind: 'registrator', name: registrator });
  const removing = decisions.filter(removesOnly);
  const publishing = decisions.filter((decision) => !removesOnly(decision));
  const published = inTransactions(publishing, limits).map((group, index) =>
    builder.add(transactionOf(registrator, `publish keys ${String(index + 1)}`, { fence, group, needs: [] })),
  );
  for (const [index, group] of inTransactions(removing, limits).entries())
    builder.add(transactionOf(registrator, `remove keys ${String(index + 1)}`, { fence, group, needs: published }));
  return builder.finish();
}

function removesOnly({ writes }: KeyDecision): boolean {
  return writes.every((write) => 'delete' in write);
}

interface TransactionParts {
  readonly fence: readonly ExpectedKey[];
  readonly group: readonly KeyDecision[];
  readonly needs: readonly string[];
}

function transactionOf(
  registrator: string,
  id: string,
  { fence, group, needs }: TransactionParts,
): OperationOf<'change-keys'> {
  return {
    id,
    kind: 'change-keys',
    subject: registrator,
    cause: causeOf(group),
    needs,
    expected: [...fence, ...group.flatMap(({ expected }) => expected)],
    writes: group.flatMap(({ writes }) => writes),
  };
}

/** `/a and 3 more keys differ` */
function causeOf(group: readonly KeyDecision[]): string {
  const [first, ...others] = group;
  if (others.length === 0) return `${first?.key ?? ''} differs`;
  return `${first?.key ?? ''} and ${String(others.length)} more ${others.length === 1 ? 'key differs' : 'keys differ'}`;
}

function inTransactions(
  decisions: readonly KeyDecision[],
  { operations, requestBytes, alone }: TransactionLimits & { readonly alone: ReadonlySet<string> },
): readonly (readonly KeyDecision[])[] {
  const groups: KeyDecision[][] = [];
  let [count, bytes] = [Infinity, 0];
  for (const decision of decisions) {
    const [moreCount, moreBytes] = [Math.max(decision.expected.length, decision.writes.length), bytesOf(decision)];
    const isAlone = alone.has(decision.key);
    if (isAlone || count + moreCount > operations || bytes + moreBytes > requestBytes) {
      groups.push([]);
      [count, bytes] = [0, 0];
    }
    groups.at(-1)?.push(decision);
    [count, bytes] = isAlone ? [Infinity, 0] : [count + moreCount, bytes + moreBytes];
  }
  return groups;
}

function bytesOf({ expected, writes }: KeyDecision): number {
  const texts = [
    ...expected.map(({ key }) => key),
    ...writes.flatMap((write) => ('put' in write ? [write.put, write.value] : [write.delete])),
  ];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
