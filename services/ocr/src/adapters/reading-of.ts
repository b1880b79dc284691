import type { Line } from '@docfleet/domain';
import type { EngineReading } from '../core/engine.ts';
import type { Measured } from './measured.ts';
import type { DecodedPage } from './page-image.ts';

/** The reading of a page from what its two children did. */
export function readingOf(page: Measured<DecodedPage>, lines: Measured<readonly Line[]>): EngineReading {
  return {
    lines: lines.value,
    widthPx: page.value.widthPx,
    heightPx: page.value.heightPx,
    cpuMs: page.cpuMs + lines.cpuMs,
    peakRssMb: lines.peakRssMb,
  };
}
