/** How many pods a Deployment has and shall have. */
export interface Replicas {
  readonly wanted: number;
  readonly ready: number;
}

export interface ReplicaChange extends Replicas {
  readonly stage: string;
  /** Since the start of the log. */
  readonly seconds: number;
  /** Runs that were submitted and had not ended. */
  readonly inFlight: number;
  readonly before: Replicas;
}

/** Notes each change of the replicas of stages. */
export class ReplicaLog {
  readonly #changes: ReplicaChange[] = [];
  readonly #last = new Map<string, Replicas>();

  /** Gives the change when this observation differs from the last one. */
  observe(
    stage: string,
    { wanted, ready }: Replicas,
    at: { readonly seconds: number; readonly inFlight: number },
  ): ReplicaChange | undefined {
    const before = this.#last.get(stage);
    this.#last.set(stage, { wanted, ready });
    if (before === undefined || (before.wanted === wanted && before.ready === ready)) return undefined;
    const change = { stage, wanted, ready, before, ...at };
    this.#changes.push(change);
    return change;
  }

  /** Most pods of a stage that were ready at once. */
  mostReady(stage: string): number {
    return Math.max(0, ...this.#changes.filter((each) => each.stage === stage).map(({ ready }) => ready));
  }

  /** Decisions for fewer pods of a stage while documents were in flight. */
  downInFlight(stage: string): number {
    return this.#changes.filter(
      (each) => each.stage === stage && each.wanted < each.before.wanted && each.inFlight > 0,
    ).length;
  }
}

/** `+ 12.3 s  ocr  1 -> 3 replicas, 2 ready, 34 documents in flight`. */
export function changeLine({ stage, wanted, ready, before, seconds, inFlight }: ReplicaChange): string {
  const time = `+${seconds.toFixed(1).padStart(6)} s`;
  const replicas = before.wanted === wanted ? `${wanted}` : `${before.wanted} -> ${wanted}`;
  return `${time}  ${stage.padEnd(14)} ${replicas} replicas, ${ready} ready, ${inFlight} documents in flight`;
}
