/** A store that may forget anything at any time and never throws: what it cannot do counts as absent. */
export interface ByteCache {
  get(key: string): Promise<Buffer | undefined>;
  set(key: string, value: Buffer, ttlMs: number): Promise<void>;
}
