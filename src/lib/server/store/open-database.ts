import { systemClock } from '../../daemons/clock.ts';
import { lockHolder } from '../../daemons/lock-holder.ts';
import type { Log } from '../../daemons/log.ts';
import { EtcdKeySpace } from '../../directories/etcd/key-space.ts';
import { openEtcd } from '../../directories/etcd/open-etcd.ts';
import type { KeySpace } from '../../directories/key-space.ts';
import { messageOf } from '../../errors.ts';
import type { ServerSettings } from '../settings.ts';
import type { Database } from './database.ts';
import { openStore } from './open-store.ts';
import { Leadership } from './shared/leadership.ts';
import { lockKey } from './shared/row-keys.ts';
import { SharedDatabase } from './shared/shared-database.ts';

/** What a server does besides when it has its store together with others. */
export interface SharedStore {
  /** Takes over what the others write, until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>;
  /** Runs `work` while no other server does: see `Leadership`. */
  lead(signal: AbortSignal, work: (signal: AbortSignal, lost: AbortSignal) => Promise<void>): Promise<void>;
}

export interface OpenDatabase {
  readonly database: Database;
  readonly shared?: SharedStore;
}

/** The tables of a server: in a file of its own, or shared. Rejects when they cannot be read. */
export async function openDatabase({ store, data }: ServerSettings, log: Log): Promise<OpenDatabase> {
  if (store.kind === 'sqlite') return { database: openStore(data) };
  const keys = new EtcdKeySpace(await openEtcd(store.etcd));
  try {
    return await openShared(keys, store.prefix, log);
  } catch (error) {
    keys[Symbol.dispose]();
    throw error;
  }
}

async function openShared(keys: KeySpace, prefix: string, log: Log): Promise<OpenDatabase> {
  const database = new SharedDatabase({
    keys,
    prefix,
    clock: systemClock,
    onBreak: (error) => log.warn({ error: messageOf(error) }, 'the store does not answer'),
  });
  await database.load();
  const leadership = new Leadership({
    keys,
    key: prefix + lockKey,
    clock: systemClock,
    holder: lockHolder('server'),
    onChange: (isLeader) => log.info(isLeader ? 'this server works now' : 'another server may work now'),
  });
  const shared = {
    follow: (signal: AbortSignal) => database.follow(signal),
    lead: (signal: AbortSignal, work: Parameters<SharedStore['lead']>[1]) => leadership.run(signal, work),
  };
  return { database, shared };
}
