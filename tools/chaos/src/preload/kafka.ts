import { openKafkaLog as openRealLog, type KafkaLogOptions } from '@docfleet/kafka';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';
import kafkajs, { type Producer, type ProducerConfig, type Transaction } from 'kafkajs';
import { between, reach } from './boundary.ts';

export * from '@docfleet/kafka';

/** The log with a boundary at each end of every step and every sending. */
export function openKafkaLog(options: KafkaLogOptions): RecordLog {
  watchTransactions();
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
    produce: (records) => between(sendingOf(records), () => log.produce(records)),
  };
}

function sendingOf([first]: readonly OutgoingRecord[]): string {
  if (first?.topic === 'documents.control') return 'send-stop';
  return first?.topic.startsWith('integration.tasks.') === true ? 'send-ending' : 'send';
}

let watching = false;

/** Boundaries inside a transaction: begun, offset sent, records sent, commit on its way, committed. */
function watchTransactions(): void {
  if (watching) return;
  watching = true;
  const { prototype } = kafkajs.Kafka;
  // Called below with its own `this`.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const original = prototype.producer;
  prototype.producer = function watched(config?: ProducerConfig): Producer {
    const producer = original.call(this, config);
    const begin = producer.transaction.bind(producer);
    producer.transaction = async () => watch(await begin());
    return producer;
  };
}

/** Time between the call of a commit and the boundary `step.committing`: about when the request is under way. */
const underWayMs = 2;

function watch(transaction: Transaction): Transaction {
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
    const timer = setTimeout(() => void reach('step.committing'), underWayMs);
    await commit();
    clearTimeout(timer);
  };
  return transaction;
}
