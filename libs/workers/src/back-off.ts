const firstMs = 500;
const longestMs = 30_000;

/** Delay before the next child is started after consecutive failed set-ups: 500 ms, doubling, at most 30,000 ms. */
export function backOffMs(failures: number): number {
  return failures < 1 ? 0 : Math.min(longestMs, firstMs * 2 ** (failures - 1));
}
