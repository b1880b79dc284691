import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { useThumbnail, type PageSource } from './page-image.ts';

const thumbnailPx = 132;

/** Small images of the pages, of which only those on the screen exist, and are read once scrolling has stopped. */
export function Thumbnails(props: {
  readonly source: PageSource;
  readonly pageCount: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
}) {
  const { t } = useTexts();
  const { source, pageCount, page, onPage } = props;
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
              <Thumbnail source={source} page={index + 1} isStill={!items.isScrolling} />
              <span>{index + 1}</span>
            </Button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Thumbnail(props: { readonly source: PageSource; readonly page: number; readonly isStill: boolean }) {
  const url = useThumbnail(props.source, props.page, props.isStill);
  return url === undefined ? <span className="thumbnail" /> : <img className="thumbnail" src={url} alt="" />;
}
