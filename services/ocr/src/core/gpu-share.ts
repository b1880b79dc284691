/**
 * The measure `gpu-share` of a process, 1 while it reads on its GPU and 0 while it does not: the fleet takes the mean.
 * Undefined for a process that is not meant to have one, and until the engine has started or failed to.
 */
export function gpuShareOf(process: {
  /** Whether it is meant to have a GPU. */
  readonly isMeant: boolean;
  /** The execution provider of the engine; undefined until a child has started. */
  readonly provider: string | undefined;
  /** Whether the first start of the engine failed. */
  readonly hasFailed: boolean;
}): number | undefined {
  const { isMeant, provider, hasFailed } = process;
  if (!isMeant) return undefined;
  if (provider === undefined) return hasFailed ? 0 : undefined;
  return provider === 'cpu' ? 0 : 1;
}
