import {
  useQuery,
  useQueryClient,
  type QueryCache,
  type QueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi } from '../session/api.ts';

const keyName = 'page';

/** Where the images of pages come from: a document, or a task of review. */
export interface PageSource {
  readonly id: string;
  readonly read: (page: number, signal: AbortSignal) => Promise<Response>;
}

/** The pages of a document that has ended. */
export function useRunPages(runId: string): PageSource {
  const { client } = useApi();
  return useMemo(
    () => ({
      id: runId,
      read: (page, signal) => client.readArtifact({ runId, name: `page-${String(page)}` }, { signal }),
    }),
    [client, runId],
  );
}

// The image of a page never changes; it is dropped a minute after nothing shows it.
const lifetime = { staleTime: Infinity, gcTime: 60_000 } as const;

function imageQuery({ id, read }: PageSource, page: number) {
  return {
    queryKey: [keyName, 'image', id, page],
    queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
      URL.createObjectURL(await (await read(page, signal)).blob()),
    ...lifetime,
  };
}

/** The image of a page, as an address that the browser can show. An image element sends no key, so its bytes are read first. */
export function usePageImage(source: PageSource, page: number): UseQueryResult<string> {
  return useQuery(imageQuery(source, page));
}

/** Reads the image of a page that will be looked at soon. */
export function prefetchPageImage(queries: QueryClient, source: PageSource, page: number): Promise<unknown> {
  return queries.query(imageQuery(source, page));
}

/** Width of a small image, twice what is shown of it, in pixels. */
const smallPx = 152;

/** A page as a small image, which takes little memory and is painted at once. */
export function useThumbnail(source: PageSource, page: number, isWanted: boolean): string | undefined {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: [keyName, 'thumbnail', source.id, page],
    queryFn: async () =>
      smallImage(await queries.query({ ...imageQuery(source, page), staleTime: 'static' })),
    enabled: isWanted,
    staleTime: Infinity,
    gcTime: 600_000,
  });
  return data;
}

async function smallImage(url: string): Promise<string> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const bitmap = await createImageBitmap(image, { resizeWidth: smallPx, resizeQuality: 'medium' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 }));
}

/** Has the browser give up the bytes of images that are dropped from the cache. */
export function releasePageImages(cache: QueryCache): void {
  cache.subscribe(({ type, query }) => {
    const { queryKey, state } = query as {
      readonly queryKey: readonly unknown[];
      readonly state: { readonly data: unknown };
    };
    if (type === 'removed' && queryKey[0] === keyName && typeof state.data === 'string')
      URL.revokeObjectURL(state.data);
  });
}
