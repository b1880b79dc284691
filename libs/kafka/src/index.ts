export { type AclSpec, type GrantedAcl, type PrincipalAcl } from './acls.ts';
export { type LogLine } from './client.ts';
export { openKafkaAdmin, type KafkaAdmin, type PartitionOffset } from './kafka-admin.ts';
export { openKafkaLog, type KafkaLogOptions } from './kafka-log.ts';
export { type TopicPlan, type TopicSpec } from './topic-plan.ts';
