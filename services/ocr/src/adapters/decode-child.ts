import { serveWorker } from '@docfleet/workers';
import { measured, type Measured } from './measured.ts';
import { decodePage, limitImageLibrary, type DecodedPage } from './page-image.ts';

export interface DecodeSetup {
  readonly maxPixels: number;
}

export interface DecodeJob {
  readonly image: Uint8Array;
}

// Entry point of the child processes that decode page images: see page-decoder.ts.
serveWorker<DecodeJob, Measured<DecodedPage>, DecodeSetup>({
  setup({ maxPixels }) {
    limitImageLibrary();
    return Promise.resolve(({ image }) => measured(() => decodePage(image, maxPixels)));
  },
});
