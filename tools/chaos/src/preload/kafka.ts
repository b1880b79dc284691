import { openKafkaLog as openRealLog, type KafkaLogOptions } from '@docfleet/kafka';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';
import kafkajs, { type Producer, type ProducerConfig, type Transaction } from 'kafkajs';
import { between, reach } from './boundary.ts';

export * from '@docfleet/kafka';

/** The log with boundaries before and after every step and every send. */
export function openKafkaLog(options: KafkaLogOptions): RecordLog {
  patchTransactions();
  const log = openRealLog(options);
  return {
    ...log,
    join: async (membership) => {
      const member = await log.join(membership);
      const transact: typeof member.transact = (at, epoch, transaction) =>
        between('step', () => member.transact(at, epoch, transaction));
      return new Proxy(member, {
        get: (target, name) => {
          if (name === 'transact') return transact;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
    produce: (records) => between(sendBoundaryOf(records), () => log.produce(records)),
  };
}

function sendBoundaryOf([first]: readonly OutgoingRecord[]): string {
  if (first?.topic === 'documents.control') return 'send-stop';
  return first?.topic.startsWith('integration.tasks.') === true ? 'send-ending' : 'send';
}

let patched = false;

/** Boundaries inside a transaction: begun, offset sent, records sent, commit requested, committed. */
function patchTransactions(): void {
  if (patched) return;
  patched = true;
  const { prototype } = kafkajs.Kafka;
  // Called below with its own `this`.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const original = prototype.producer;
  prototype.producer = function producerWithBoundaries(config?: ProducerConfig): Producer {
    const producer = original.call(this, config);
    const begin = producer.transaction.bind(producer);
    producer.transaction = async () => withBoundaries(await begin());
    return producer;
  };
}

/** Time from the call of commit to the boundary `step.committing`, when the request is in flight, in milliseconds. */
const commitInFlightMs = 2;

function withBoundaries(transaction: Transaction): Transaction {
  const sendOffsets = transaction.sendOffsets.bind(transaction);
  const sendBatch = transaction.sendBatch.bind(transaction);
  const commit = transaction.commit.bind(transaction);
  transaction.sendOffsets = async (offsets) => {
    await reach('step.begun');
    await sendOffsets(offsets);
    await reach('step.offset-sent');
  };
  transaction.sendBatch = async (batch) => {
    const sent = await sendBatch(batch);
    await reach('step.records-sent');
    return sent;
  };
  transaction.commit = async () => {
    const timer = setTimeout(() => void reach('step.committing'), commitInFlightMs);
    await commit();
    clearTimeout(timer);
  };
  return transaction;
}
