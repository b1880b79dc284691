import { measureResources } from './preflight.ts';

const gibibyte = 1024 ** 3;

/** Below this much free space servers begin to refuse what they are asked to write, in bytes. */
const lowBytes = gibibyte;

/** Time between two looks, in milliseconds. */
const everyMs = 15_000;

/**
 * What to say about the disk now: a line when it has become low or has room again, else undefined. Object
 * stores report a full disk as an internal error, so it has to be reported here.
 */
export function diskNews(
  before: { readonly low: boolean },
  freeBytes: number,
  folder: string,
): string | undefined {
  const low = freeBytes < lowBytes;
  if (low === before.low) return undefined;
  const free = `${(freeBytes / gibibyte).toFixed(1)} GiB`;
  return low
    ? `THE DISK IS NEARLY FULL: ${free} free in ${folder}. Servers will refuse to write; documents wait, and end with STORE_FULL or STORE_UNAVAILABLE, until space is free. Free some space on it.`
    : `The disk has free space again: ${free} free in ${folder}.`;
}

/** Looks at the free space from time to time and reports a change; the returned function ends that. */
export function watchDisk(folder: string, report: (line: string) => void): () => void {
  let low = false;
  const timer = setInterval(() => {
    const line = diskNews({ low }, measureResources(folder).diskBytes, folder);
    if (line === undefined) return;
    low = !low;
    report(line);
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
