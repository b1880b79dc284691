/** Bytes of an object, both ends included; the first one is 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}
