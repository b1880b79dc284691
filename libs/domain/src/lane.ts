/** Priority lanes, most urgent first. The lane of a run never changes. */
export const lanes = ['urgent', 'high', 'normal'] as const;

export type Lane = (typeof lanes)[number];

/** Share of service each lane gets when all three have work (M-06). */
export const laneWeights: Readonly<Record<Lane, number>> = { urgent: 8, high: 3, normal: 1 };

export function isLane(value: unknown): value is Lane {
  return typeof value === 'string' && (lanes as readonly string[]).includes(value);
}

/** Where the records of a stage wait: a lane, or its retry topics. */
export type StageQueue = Lane | 'retry';

/** The lane whose topic this is, by the end of its name; undefined for a topic that belongs to no lane. */
export function laneOfTopic(topic: string): Lane | undefined {
  return lanes.find((lane) => topic.endsWith(`.${lane}`));
}
