import { stageNames } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { workStages } from './work-stages.ts';
import { intakeFaults, type IntakeFacts, type IntakeLimits } from './intake-checks.ts';

const limits: IntakeLimits = {
  minFreeMemoryBytes: 100,
  minFreeDiskBytes: 200,
  needsWorkers: true,
  stagesFromZero: [],
};
const facts: IntakeFacts = {
  freeMemoryBytes: 100,
  freeDiskBytes: 200,
  brokerAnswers: true,
  storeAnswers: true,
  services: stageNames,
};
const faults = (change: Partial<IntakeFacts>, of: Partial<IntakeLimits> = {}) =>
  intakeFaults({ ...limits, ...of }, { ...facts, ...change }).map(
    ({ path, message }) => `${path}: ${message}`,
  );

describe('A-02: checks before a batch', () => {
  it('find nothing where everything just suffices', () => {
    expect(faults({})).toEqual([]);
  });

  it('name each thing that is missing', () => {
    expect(
      faults({
        freeMemoryBytes: 99,
        freeDiskBytes: 199,
        brokerAnswers: false,
        storeAnswers: false,
        services: ['preprocess', 'gateway'],
      }),
    ).toEqual([
      'memory: 99 bytes are free, and 100 are needed',
      'disk: 199 bytes are free, and 200 are needed',
      'broker: the message broker does not answer',
      'store: the object store does not answer',
      ...workStages
        .filter((stage) => stage !== 'preprocess')
        .map((stage) => `workers: no process of ${stage} reports`),
    ]);
  });

  it('need no process of a stage that starts when work waits', () => {
    const services = stageNames.filter((stage) => stage !== 'ocr');
    expect(faults({ services })).toEqual(['workers: no process of ocr reports']);
    expect(faults({ services }, { stagesFromZero: ['ocr'] })).toEqual([]);
  });

  it('wait for the reports of the processes, unless they are not asked for', () => {
    expect(faults({ services: undefined })).toEqual([
      'workers: the reports of the processes were not read yet',
    ]);
    expect(faults({ services: undefined }, { needsWorkers: false })).toEqual([]);
  });
});
