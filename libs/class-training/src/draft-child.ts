import { documentClasses } from '@docfleet/contracts';
import { serveWorker } from '@docfleet/workers';
import type { ClassDraft } from './draft/class-draft.ts';
import { draftClass, type DraftedClass } from './draft/draft-class.ts';

// Entry point of the child processes that learn from examples: see draft-pool.ts.
serveWorker<ClassDraft, DraftedClass, null>({
  setup: () => Promise.resolve((draft) => Promise.resolve(draftClass(draft, documentClasses))),
});
