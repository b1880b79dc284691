import { recordLogConformance } from '@docfleet/testing';
import { kafkaHarness } from './kafka-harness.ts';

recordLogConformance('Kafka', () => Promise.resolve(kafkaHarness()));
