/** Where the fuzzed submissions are sent, and what of others they try to reach. */
export interface FuzzPlace {
  readonly tenantId: string;
  readonly bucket: string;
  /** Keys of files that the fuzzing tenant may refer to. */
  readonly ownKeys: readonly string[];
  /** Keys of objects of the other tenant: uploads, claims, artifacts. */
  readonly foreignKeys: readonly string[];
  readonly foreignRuns: readonly string[];
}
