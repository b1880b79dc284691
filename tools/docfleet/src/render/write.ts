import type { Output } from '../shell.ts';

/** Writes, and waits while whoever reads is slower. */
export async function write(output: Output, text: string | Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (output.write(text)) return;
  await new Promise<void>((resolve, reject) => {
    output.once('drain', resolve);
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
