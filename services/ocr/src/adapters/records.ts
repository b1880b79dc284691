import {
  readingEngines,
  textLayerJudgements,
  unreadContents,
  type PageManifest,
  type PageReading,
  type ReadingManifest,
} from '@docfleet/domain';
import { z } from 'zod';
import type { CachedReading } from '../core/page-reader.ts';

const count = z.number().int().nonnegative();
const confidence = z.number().min(0).max(1);
const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const wordSchema = z.strictObject({ text: z.string(), box: boxSchema, confidence });
const lineSchema = z.strictObject({
  text: z.string(),
  box: boxSchema,
  confidence,
  words: z.array(wordSchema),
});

const cachedSchema = z.strictObject({
  widthPx: count,
  heightPx: count,
  engine: z.enum(readingEngines),
  engineVersion: z.string(),
  lines: z.array(lineSchema),
});
const unreadSchema = z.array(z.enum(unreadContents));
const readingSchema = cachedSchema.extend({ page: count.min(1), unread: unreadSchema.optional() });
const refSchema = z.strictObject({
  uri: z.string(),
  sha256: z.string(),
  mediaType: z.string(),
  sizeBytes: count,
});

const preparedSchema = z.object({
  page: count.min(1),
  image: refSchema,
  widthPx: count,
  heightPx: count,
  dpi: z.number().nullable(),
  rotation: z.literal([0, 90, 180, 270]),
  deskewDegrees: z.number(),
  textLayer: z.enum(textLayerJudgements),
  reading: readingSchema.nullable(),
  lacksWords: z.boolean().optional(),
  unread: unreadSchema.optional(),
});
const manifestSchema = z.object({ mediaType: z.string(), pageCount: count, pages: z.array(preparedSchema) });

const readingsSchema = z.object({
  pages: z.array(
    z.object({
      page: count.min(1),
      reading: refSchema,
      engine: z.enum(readingEngines),
      engineVersion: z.string(),
      fromCache: z.boolean(),
      confidence,
      wordCount: count,
    }),
  ),
});

/** Parses `manifest.json` of preprocess. @throws ZodError */
export function parseManifest(value: unknown): PageManifest {
  return manifestSchema.parse(value);
}

/** Parses the reading of a page, `0001.json`. @throws ZodError */
export function parseReading(value: unknown): PageReading {
  return readingSchema.parse(value);
}

/** Parses a cached reading. @throws ZodError */
export function parseCachedReading(value: unknown): CachedReading {
  return cachedSchema.parse(value);
}

/** Parses `readings.json`. @throws ZodError */
export function parseReadings(value: unknown): ReadingManifest {
  return readingsSchema.parse(value);
}
