import { z } from 'zod';

const objectRef = z.object({
  uri: z.string(),
  sha256: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
});

const evidencePage = z.object({
  page: z.int(),
  reading: objectRef,
  /** Null where preprocess wrote no image. */
  image: objectRef.nullable(),
});

/** What the gateway needs of `evidence_registry.json`: where a run's pages are. */
export const evidenceSchema = z.object({ pages: z.array(evidencePage).default([]) });

export type EvidencePage = z.infer<typeof evidencePage>;
