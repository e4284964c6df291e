import type { Entry, KeyOperation, Transaction, TransactionResult } from '../key-space.ts';
import { stepOf } from '../transactions.ts';
import type { EtcdHttp } from './http.ts';
import { compareOf, entryOf, requestOf, revisionOf, type RawEntry, type RawHeader } from './wire.ts';

interface RawTransaction {
  readonly header: RawHeader;
  readonly succeeded?: boolean;
  readonly responses?: readonly RawResponse[];
}

interface RawResponse {
  readonly response_range?: { readonly kvs?: readonly RawEntry[] };
}

export async function transact(
  http: EtcdHttp,
  transaction: Transaction,
  signal: AbortSignal | undefined,
): Promise<TransactionResult> {
  const { compare, success, failure = [] } = transaction;
  const {
    header,
    succeeded = false,
    responses = [],
  } = await http.call<RawTransaction>({
    step: stepOf(transaction),
    path: 'kv/txn',
    body: {
      compare: compare.map(compareOf),
      success: success.map(requestOf),
      failure: failure.map(requestOf),
    },
    signal,
    isRepeatable: false,
  });
  return { succeeded, revision: revisionOf(header), entries: readEntries(succeeded ? success : failure, responses) };
}

function readEntries(
  operations: readonly KeyOperation[],
  responses: readonly RawResponse[],
): readonly (Entry | undefined)[] {
  return operations.flatMap((operation, index) => {
    if (!('get' in operation)) return [];
    const [raw] = responses[index]?.response_range?.kvs ?? [];
    return [raw === undefined ? undefined : entryOf(raw)];
  });
}
