const firstMs = 500;
const longestMs = 30_000;

/** How long no child is started after `failures` set-ups failed in a row: 0.5 s, doubling, at most 30 s. */
export function backOffMs(failures: number): number {
  return failures < 1 ? 0 : Math.min(longestMs, firstMs * 2 ** (failures - 1));
}
