import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { usePageImage } from './page-image.ts';

const thumbnailPx = 132;

/** Small images of the pages, of which only those on the screen are read. */
export function Thumbnails(props: {
  readonly runId: string;
  readonly pageCount: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
}) {
  const { t } = useTexts();
  const { runId, pageCount, page, onPage } = props;
  const scroll = useRef<HTMLElement>(null);
  const items = useVirtualizer({
    count: pageCount,
    getScrollElement: () => scroll.current,
    estimateSize: () => thumbnailPx,
    overscan: 2,
  });
  useEffect(() => {
    items.scrollToIndex(page - 1);
  }, [items, page]);
  return (
    <nav className="thumbnails" aria-label={t.document.pagesOf} ref={scroll} tabIndex={0}>
      <ol style={{ height: items.getTotalSize() }}>
        {items.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            style={{ transform: `translateY(${String(start)}px)` }}
            aria-setsize={pageCount}
            aria-posinset={index + 1}
          >
            <Button
              look="quiet"
              aria-label={t.document.page(index + 1)}
              {...(index + 1 === page ? { 'aria-current': 'page' as const } : {})}
              onPress={() => {
                onPage(index + 1);
              }}
            >
              <Thumbnail runId={runId} page={index + 1} />
              <span>{index + 1}</span>
            </Button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Thumbnail({ runId, page }: { readonly runId: string; readonly page: number }) {
  const { data: url } = usePageImage(runId, page);
  return url === undefined ? <span className="thumbnail" /> : <img className="thumbnail" src={url} alt="" />;
}
