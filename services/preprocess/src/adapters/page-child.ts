import { serveWorker } from '@docfleet/workers';
import type { MadePages, PageRequest } from '../core/page.ts';
import { makeImagePages } from './image-pages.ts';
import { makePdfPages } from './pdf-pages.ts';
import { startPdfium } from './pdfium.ts';

// The module of the child processes that read untrusted bytes: see page-pool.ts.
serveWorker<PageRequest, MadePages, null>({
  setup: async () => {
    const engine = await startPdfium();
    return async (request) => {
      try {
        return request.mediaType === 'application/pdf'
          ? await makePdfPages(engine, request)
          : await makeImagePages(request);
      } catch (error) {
        // After a trap the WebAssembly memory cannot be trusted: this process has done its last page.
        if (error instanceof Error && error.name === 'RuntimeError') process.abort();
        throw error;
      }
    };
  },
});
