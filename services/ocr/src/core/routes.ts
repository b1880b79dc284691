import type { ReadingRoute } from '@docfleet/domain';

/** The recognisers, fastest first. */
export const recognisers = ['tiny', 'small'] as const;
export type Recogniser = (typeof recognisers)[number];

/** The recogniser for every line of a route, and the one that reads doubtful lines again. */
export interface RoutePlan {
  readonly first: Recogniser;
  readonly again: Recogniser | undefined;
}

/** Word F1 on receipts and processor time a page: `fast` 84 at 0.4 s, `auto` 90 at 0.8 s, `accurate` 91 at 1.15 s. */
export const routePlans: Readonly<Record<ReadingRoute, RoutePlan>> = {
  fast: { first: 'tiny', again: undefined },
  auto: { first: 'tiny', again: 'small' },
  accurate: { first: 'small', again: undefined },
};

/**
 * Must increase with every change between pixels and words: readings of different versions may differ, so caches and
 * comparisons must not mix them.
 */
const postProcessingVersion = 2;

/**
 * Identifies everything a reading depends on: route, post-processing, models by digest, and the execution provider unless
 * it is the CPU (arithmetic differs in the last digits).
 */
export function engineVersionOf(options: {
  readonly route: ReadingRoute;
  readonly provider: string;
  readonly digests: Readonly<Record<'detector' | Recogniser, string>>;
}): string {
  const { first, again } = routePlans[options.route];
  const models = (['detector', first, again] as const).filter((name) => name !== undefined);
  const digests = models.map((name) => options.digests[name].slice(0, 8)).join('+');
  const provider = options.provider === 'cpu' ? '' : `/${options.provider}`;
  return `onnx-${postProcessingVersion}/${options.route}/${digests}${provider}`;
}

/**
 * Identifies everything that the readings of a deployment depend on, except the route: part of their folder's name.
 * Without models every page is read by the fallback.
 */
export function stageVersionOf(
  digests: Readonly<Record<'detector' | Recogniser, string>> | undefined,
): string {
  const models =
    digests === undefined
      ? ['no-models']
      : [digests.detector, digests.tiny, digests.small].map((digest) => digest.slice(0, 8));
  return [String(postProcessingVersion), ...models].join('-');
}
