import { serveWorker } from '@docfleet/workers';
import { startPdfEditor } from './pdf-editor.ts';
import type { RenderJob } from './render-job.ts';
import { render } from './render.ts';

// Entry point of the child processes that open documents of strangers: see render-pool.ts.
serveWorker<RenderJob, Uint8Array, null>({
  setup: async () => {
    const editor = await startPdfEditor();
    return async (job) => {
      try {
        return await render(editor, job);
      } catch (error) {
        // After a WebAssembly trap its memory may be corrupt, so this process must end.
        if (error instanceof Error && error.name === 'RuntimeError') process.abort();
        throw error;
      }
    };
  },
});
