import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTexts } from '../strings/strings.ts';
import { Answered } from './answered.tsx';
import { Button } from './button.tsx';

/** A list that the API gives page by page: all pages that were loaded, and a button for the next one. */
export function Paged<Page extends { readonly next: string | null }, Row>(props: {
  readonly queryKey: readonly unknown[];
  readonly read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>;
  readonly rowsOf: (page: Page) => readonly Row[];
  /** Interval at which the first page is read again while it is the only one, in milliseconds. */
  readonly everyMs?: number;
  readonly children: (rows: readonly Row[]) => ReactNode;
}) {
  const { t } = useTexts();
  const { queryKey, read, rowsOf, everyMs, children } = props;
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) =>
      everyMs === undefined || (state.data?.pages.length ?? 0) > 1 ? false : everyMs,
  });
  return (
    <Answered query={list}>
      {({ pages }) => (
        <>
          {children(pages.flatMap(rowsOf))}
          {list.hasNextPage && (
            <Button isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {t.more}
            </Button>
          )}
        </>
      )}
    </Answered>
  );
}
