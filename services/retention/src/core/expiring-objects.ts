/** Objects that expire, by the prefix of their keys. */
export const objectKinds = ['uploads', 'artifacts', 'claims'] as const;
export type ObjectKind = (typeof objectKinds)[number];

export const prefixOf: Readonly<Record<ObjectKind, string>> = {
  uploads: 'uploads/',
  artifacts: 'runs/',
  claims: 'claims/',
};

const runIdAt: Readonly<Record<ObjectKind, RegExp>> = {
  uploads: /^uploads\/[^/]+\/([^/]+)\//,
  artifacts: /^runs\/[^/]+\/([^/]+)\//,
  claims: /^claims\/([^/]+)$/,
};

/** The run that a key names; undefined for other keys, such as those of objects that a tenant stored for references. */
export function runIdIn(kind: ObjectKind, key: string): string | undefined {
  return runIdAt[kind].exec(key)?.[1];
}

/** What is known of whether a run has ended. */
interface RunLife {
  readonly unfinished: boolean;
  /** The last ending, in milliseconds since the epoch. */
  readonly lastAt: number;
}

/** Times before which objects expire, in milliseconds since the epoch. */
export interface Cutoffs {
  /** Of the kind's own period. */
  readonly kind: number;
  /** Of the period of outcomes and claims. */
  readonly fence: number;
}

/**
 * Whether an object expires. The age counts from the end of its run. Where the database knows nothing of a run it may not
 * have read the run's records yet, so the object stays for as long as the fence does.
 */
export function mayExpire(object: {
  readonly modifiedAt: number;
  /** Undefined: the database does not know the run. */
  readonly life: RunLife | undefined;
  /** A run in progress reads it. */
  readonly inUse: boolean;
  readonly cutoffs: Cutoffs;
}): boolean {
  const { modifiedAt, life, inUse, cutoffs } = object;
  if (inUse) return false;
  if (life === undefined) return modifiedAt < cutoffs.fence;
  return !life.unfinished && Math.max(life.lastAt, modifiedAt) < cutoffs.kind;
}

/** Whether no later key of the kind can have expired: folders of runs are in the order of their days. */
export function isPastExpiry(kind: ObjectKind, key: string, cutoffs: Cutoffs): boolean {
  if (kind !== 'artifacts') return false;
  return key >= `runs/${new Date(Math.max(cutoffs.kind, cutoffs.fence)).toISOString().slice(0, 10)}0`;
}
