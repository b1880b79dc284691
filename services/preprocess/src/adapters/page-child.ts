import { serveWorker } from '@docfleet/workers';
import type { RenderedPages, PageRequest } from '../core/page.ts';
import { renderImagePages } from './image-pages.ts';
import { renderPdfPages } from './pdf-pages.ts';
import { startPdfium } from './pdfium.ts';

// Entry point of the child processes that parse untrusted bytes: see page-pool.ts.
serveWorker<PageRequest, RenderedPages, null>({
  setup: async () => {
    const engine = await startPdfium();
    return async (request) => {
      try {
        return request.mediaType === 'application/pdf'
          ? await renderPdfPages(engine, request)
          : await renderImagePages(request);
      } catch (error) {
        // After a WebAssembly trap its memory may be corrupt, so this process must end.
        if (error instanceof Error && error.name === 'RuntimeError') process.abort();
        throw error;
      }
    };
  },
});
