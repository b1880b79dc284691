export { type LogLine } from './client.ts';
export { openKafkaLog, type KafkaLogOptions } from './kafka-log.ts';
export { murmur2Partition } from './murmur2.ts';
