/** What is known about a built image. */
export interface BuiltSize {
  readonly name: string;
  readonly bytes: number;
  /** Of `bytes`, those of models. */
  readonly modelBytes: number;
  readonly files: number;
}

/** The largest that an image may be without its models and without the base system, with Node, in bytes (O-09). */
export const sizeGoalBytes = 250_000_000;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** A Markdown table of sizes in MB (1,000,000 bytes), one line an image. */
export function sizeTable(sizes: readonly BuiltSize[], nodeBytes: number): string {
  const rows = sizes.map(({ name, bytes, modelBytes, files }) =>
    [
      name,
      files,
      megabytes(bytes - modelBytes),
      megabytes(modelBytes),
      megabytes(bytes - modelBytes + nodeBytes),
    ].join(' | '),
  );
  return [
    '| image | files | /app without models, MB | models, MB | /app without models, with Node, MB |',
    '| --- | --: | --: | --: | --: |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

/** Names of images above the goal. */
export function tooLarge(sizes: readonly BuiltSize[], nodeBytes: number): readonly string[] {
  return sizes
    .filter(({ bytes, modelBytes }) => bytes - modelBytes + nodeBytes > sizeGoalBytes)
    .map(({ name }) => name);
}
