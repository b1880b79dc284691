import { textLayerJudgements, readingEngines, unreadContents, type PageManifest } from '@docfleet/domain';
import { z } from 'zod';
import type { Claim } from '../core/claim.ts';
import type { StoredPage } from '../core/prepare-document.ts';

// Parsers of what this service reads back from the store: its own objects, written by any of its processes.

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly();

const word = z.object({ text: z.string(), box, confidence: z.number() });

const line = word.extend({ words: z.array(word) });

const objectRef = z.object({
  uri: z.string(),
  sha256: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
});

const preparedPage = z.object({
  page: z.int().min(1),
  image: objectRef,
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  dpi: z.number().nullable(),
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  deskewDegrees: z.number(),
  textLayer: z.enum(textLayerJudgements),
  reading: z
    .object({
      page: z.int().min(1),
      widthPx: z.int().min(1),
      heightPx: z.int().min(1),
      engine: z.enum(readingEngines),
      engineVersion: z.string(),
      lines: z.array(line),
    })
    .nullable(),
  lacksWords: z.boolean().default(false),
  unread: z.array(z.enum(unreadContents)).default([]),
});

const storedPage = z.object({ pageCount: z.int().min(1), page: preparedPage });

const manifest = z.object({
  mediaType: z.string(),
  pageCount: z.int().min(1),
  pages: z.array(preparedPage),
});

const claim = z.object({
  submission: z.string(),
  source: z.object({ topic: z.string(), partition: z.int(), offset: z.string() }),
  claimDate: z.string(),
  erased: z.literal(true).optional(),
});

export const parseStoredPage = (value: unknown): StoredPage => storedPage.parse(value);
export const parseManifest = (value: unknown): PageManifest => manifest.parse(value);
export const parseClaim = (value: unknown): Claim => claim.parse(value);
