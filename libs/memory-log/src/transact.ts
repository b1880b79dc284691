import { type OutgoingRecord, TransactionError } from '@docfleet/record-log';
import type { Broker } from './broker.ts';
import type { OffsetCommit } from './committed-offsets.ts';
import { attempt, type Reply } from './network.ts';
import type { PartitionLog } from './partition-log.ts';
import type { TransactionFault } from './planned-faults.ts';
import type { Process } from './process.ts';
import type { ProducerSession } from './transactions.ts';

/** One transaction: its writer, its contents, and an injected fault. */
export interface TransactionJob {
  readonly broker: Broker;
  readonly process: Process;
  readonly session: ProducerSession;
  readonly records: readonly Addressed[];
  readonly offset: OffsetCommit;
  readonly fault: TransactionFault | null;
}

/** A record with the partition it goes to. */
export interface Addressed {
  readonly log: PartitionLog;
  readonly record: OutgoingRecord;
}

/** Time after which a transactional call to unavailable brokers is in doubt, in milliseconds. */
const requestTimeoutMs = 30_000;

/**
 * Sends the records, then the offset, then the commit, one round trip each, so that processes can be stopped in
 * between, as with a real broker.
 *
 * @throws TransactionError
 */
export async function runTransaction(job: TransactionJob): Promise<void> {
  const { broker, session } = job;
  try {
    if (job.records.length > 0) {
      await part(job, 'records', () => {
        for (const { log, record } of job.records) broker.transactions.append(session, log, record);
      });
    }
    await part(job, 'offset', () => {
      broker.transactions.addOffset(session, job.offset);
    });
    await broker.network.call<undefined>(
      job.process,
      (reply) => {
        commit(job, reply);
      },
      requestTimeoutMs,
    );
  } catch (error) {
    throw error instanceof TransactionError ? error : new TransactionError('in-doubt', { cause: error });
  }
}

async function part(job: TransactionJob, name: 'records' | 'offset', write: () => void): Promise<void> {
  const { transactions, network } = job.broker;
  await network.call<undefined>(
    job.process,
    (reply) => {
      transactions.whenFinished(job.session, () => {
        attempt(reply, () => {
          write();
          stopAfter(job, name);
          reply.with(undefined);
        });
      });
    },
    requestTimeoutMs,
  );
}

function commit(job: TransactionJob, reply: Reply<undefined>): void {
  const { transactions, clock } = job.broker;
  const { fault, session } = job;
  if (fault?.kind === 'commit-lost' || fault?.kind === 'commit-late') {
    if (fault.kind === 'commit-late') {
      clock.after(fault.afterMs, () => {
        if (transactions.isOpen(session)) transactions.complete(transactions.prepare(session));
      });
    }
    reply.refuse(new TransactionError('in-doubt'));
    return;
  }
  const transaction = transactions.prepare(session);
  if (fault?.kind === 'markers-late') {
    if (fault.afterMs !== null) {
      clock.after(fault.afterMs, () => {
        transactions.complete(transaction);
      });
    }
  } else transactions.complete(transaction);
  stopAfter(job, 'commit');
  if (fault?.kind === 'answer-lost') reply.refuse(new TransactionError('in-doubt'));
  else reply.with(undefined);
}

function stopAfter({ fault, process }: TransactionJob, name: 'records' | 'offset' | 'commit'): void {
  if (fault?.kind === 'kill' && fault.after === name) process.kill();
  if (fault?.kind === 'pause' && fault.after === name) process.pause();
}
