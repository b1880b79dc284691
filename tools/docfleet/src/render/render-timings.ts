import type { FileResult } from '../read/result.ts';
import { plainText } from './plain-text.ts';

/** Where the time of a file went, in seconds: its work by stage, and the whole with waiting. */
export function renderTimings({ file, tookMs, timings }: FileResult): string {
  const stages = timings.map(({ stage, activeMs }) => `${stage} ${seconds(activeMs)}`);
  return `${[`${plainText(file)}: ${seconds(tookMs)} s`, ...stages].join(', ')}\n`;
}

export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
