import { lanes, type StageName } from '@docfleet/domain';
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;

/** Gives each lane of a stage as many partitions; it must not have more. */
export async function addPartitions(broker: string, stage: StageName, count: number): Promise<void> {
  const kafka = new Kafka({ clientId: 'chaos', brokers: broker.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topicPartitions = lanes.map((lane) => ({ topic: `${stage}.tasks.${lane}`, count }));
  await admin.createPartitions({ topicPartitions });
  await admin.disconnect();
}
