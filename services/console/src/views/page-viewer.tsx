import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Toolbar } from 'react-aria-components/Toolbar';
import { certaintyOf } from '../model/certainty.ts';
import { wordsOf } from '../model/format.ts';
import type { PlacedField } from '../model/placed-fields.ts';
import { fitted, shownBox, shownSize, turned, zoomed, type Size, type View } from '../model/view.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Loading, Problem } from '../ui/feedback.tsx';
import { usePageImage } from './page-image.ts';

/** A page of a document with the boxes of its fields. */
export function PageViewer(props: {
  readonly runId: string;
  readonly page: number;
  readonly pageCount: number;
  /** Of this page. */
  readonly fields: readonly PlacedField[];
  readonly activeId: string | undefined;
  readonly onPage: (page: number) => void;
  readonly onActive: (id: string | undefined) => void;
  readonly onChoose: (id: string) => void;
}) {
  const { t } = useTexts();
  const { runId, page, pageCount, activeId, onPage } = props;
  const query = usePageImage(runId, page);
  const url = query.data;
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>();
  const [view, setView] = useState<View>();
  const fit = (page: Size, turns: View['quarterTurns']): void => {
    const width = (room.current?.clientWidth ?? 600) - 4;
    setView(fitted({ scale: 1, quarterTurns: turns }, page, { width }));
  };
  // The box that is chosen among the fields comes into view.
  useEffect(() => {
    const box = room.current?.querySelector(`[data-field="${activeId ?? ''}"]`);
    box?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [activeId]);
  const change = (next: (view: View) => View): void => {
    setView((before) => (before === undefined ? before : next(before)));
  };
  return (
    <div className="viewer">
      <Toolbar aria-label={t.document.pageOf(page, pageCount)} className="toolbar">
        <Button
          look="quiet"
          aria-label={t.document.previous}
          isDisabled={page <= 1}
          onPress={() => {
            onPage(page - 1);
          }}
        >
          ‹
        </Button>
        <span role="status">{t.document.pageOf(page, pageCount)}</span>
        <Button
          look="quiet"
          aria-label={t.document.next}
          isDisabled={page >= pageCount}
          onPress={() => {
            onPage(page + 1);
          }}
        >
          ›
        </Button>
        <Button
          look="quiet"
          aria-label={t.document.zoomOut}
          onPress={() => {
            change((now) => zoomed(now, 'out'));
          }}
        >
          −
        </Button>
        <Button
          look="quiet"
          aria-label={t.document.zoomIn}
          onPress={() => {
            change((now) => zoomed(now, 'in'));
          }}
        >
          +
        </Button>
        <Button
          look="quiet"
          onPress={() => {
            if (size !== undefined) fit(size, view?.quarterTurns ?? 0);
          }}
        >
          {t.document.fit}
        </Button>
        <Button
          look="quiet"
          onPress={() => {
            change(turned);
          }}
        >
          {t.document.turn}
        </Button>
      </Toolbar>
      <div className="page-room" ref={room} role="region" aria-label={t.document.page(page)} tabIndex={0}>
        {query.error !== null && <Problem error={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <Loading />}
        {url !== undefined && (
          <Sheet
            {...props}
            url={url}
            size={size}
            view={view}
            onLoad={(loaded) => {
              setSize(loaded);
              // The size that a person chose stays from page to page.
              if (view === undefined) fit(loaded, 0);
            }}
          />
        )}
      </div>
    </div>
  );
}

/** The image, turned and zoomed, and over it one layer with the boxes. */
function Sheet(
  props: Pick<Parameters<typeof PageViewer>[0], 'page' | 'fields' | 'activeId' | 'onActive' | 'onChoose'> & {
    readonly url: string;
    readonly size: Size | undefined;
    readonly view: View | undefined;
    readonly onLoad: (size: Size) => void;
  },
) {
  const { t } = useTexts();
  const { url, page, size, view, onLoad } = props;
  const image = useRef<HTMLImageElement>(null);
  const isKnown = size !== undefined && view !== undefined;
  const shown = isKnown ? shownSize(view, size) : { width: 0, height: 0 };
  useLayoutEffect(() => {
    if (image.current === null || !isKnown) return;
    const { style } = image.current;
    style.width = `${String(size.width * view.scale)}px`;
    style.height = `${String(size.height * view.scale)}px`;
    style.transform = `translate(-50%, -50%) rotate(${String(view.quarterTurns * 90)}deg)`;
  }, [isKnown, size, view]);
  return (
    <div className="sheet" style={{ width: shown.width, height: shown.height }}>
      <img
        ref={image}
        src={url}
        alt={t.document.page(page)}
        draggable={false}
        className={isKnown ? '' : 'unmeasured'}
        onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
          onLoad({ width, height });
        }}
      />
      {isKnown && <Boxes {...props} size={size} view={view} shown={shown} />}
    </div>
  );
}

/** One box for each field: hover and focus mark the field, a press goes to it. */
function Boxes(
  props: Pick<Parameters<typeof PageViewer>[0], 'fields' | 'activeId' | 'onActive' | 'onChoose'> & {
    readonly size: Size;
    readonly view: View;
    readonly shown: Size;
  },
) {
  const { t } = useTexts();
  const { fields, activeId, onActive, onChoose, size, view, shown } = props;
  return (
    <svg className="boxes" width={shown.width} height={shown.height}>
      {fields.map(({ id, name, value, confidence, box }) => {
        if (box === undefined) return null;
        const [left, top, right, bottom] = shownBox(view, size, box);
        const choose = (): void => {
          onChoose(id);
        };
        return (
          <rect
            key={id}
            data-field={id}
            role="button"
            tabIndex={0}
            aria-label={t.document.boxOf(wordsOf(name), value)}
            aria-pressed={id === activeId}
            className={`box ${certaintyOf(confidence)} ${id === activeId ? 'active' : ''}`}
            x={left - 2}
            y={top - 2}
            width={right - left + 4}
            height={bottom - top + 4}
            rx={2}
            onPointerEnter={() => {
              onActive(id);
            }}
            onPointerLeave={() => {
              onActive(undefined);
            }}
            onFocus={() => {
              onActive(id);
            }}
            onClick={choose}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              choose();
            }}
          >
            <title>{`${wordsOf(name)}: ${value}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
