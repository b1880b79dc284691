import type { UseQueryResult } from '@tanstack/react-query';
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
  type Ref,
} from 'react';
import { Toolbar } from 'react-aria-components/Toolbar';
import { certaintyOf } from '../model/certainty.ts';
import { wordsOf } from '../model/format.ts';
import type { PlacedField } from '../model/placed-fields.ts';
import {
  fitted,
  focusedScale,
  shownBox,
  shownSize,
  turned,
  zoomed,
  type Box,
  type Size,
  type View,
} from '../model/view.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Loading, Problem } from '../ui/feedback.tsx';

/** What keys do with a viewer. */
export interface ViewerHandle {
  readonly zoom: (direction: 'in' | 'out') => void;
}

/** What lies over the image of a page: its sizes, to place things. */
export interface PageGeometry {
  readonly size: Size;
  readonly view: View;
  readonly shown: Size;
}

/** A page of a document with the boxes of its fields. */
export function PageViewer(props: {
  readonly image: UseQueryResult<string>;
  readonly page: number;
  readonly pageCount: number;
  /** Of this page. */
  readonly fields: readonly PlacedField[];
  readonly activeId: string | undefined;
  readonly onPage: (page: number) => void;
  readonly onActive: (id: string | undefined) => void;
  readonly onChoose: (id: string) => void;
  /** A box of this page to scroll and zoom to, each time that `key` is another one. */
  readonly focus?: { readonly key: string; readonly box: Box } | undefined;
  /** A further layer over the page. */
  readonly layer?: (geometry: PageGeometry) => ReactNode;
  readonly handle?: Ref<ViewerHandle>;
  /** What stands below the page. */
  readonly footer?: ReactNode;
}) {
  const { t } = useTexts();
  const { image, page, pageCount, activeId, onPage, focus, handle, footer } = props;
  const url = image.data;
  const room = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<{ readonly url: string; readonly size: Size }>();
  const [view, setView] = useState<View>();
  const focused = useRef<string>(undefined);
  const centred = useRef<Box>(undefined);
  const size = loaded?.size;
  const fit = (page: Size, turns: View['quarterTurns']): void => {
    const width = (room.current?.clientWidth ?? 600) - 4;
    setView(fitted({ scale: 1, quarterTurns: turns }, page, { width }));
  };
  // The box that is chosen among the fields comes into view.
  useEffect(() => {
    const box = room.current?.querySelector(`[data-field="${CSS.escape(activeId ?? '')}"]`);
    box?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [activeId]);
  // Once the page of the box is there, the box is brought to the middle, as large as it is read well.
  useLayoutEffect(() => {
    const isThere = loaded !== undefined && loaded.url === url;
    if (focus === undefined || !isThere || room.current === null || focused.current === focus.key) return;
    focused.current = focus.key;
    const { clientWidth: width, clientHeight: height } = room.current;
    centred.current = focus.box;
    setView((before) => ({
      quarterTurns: before?.quarterTurns ?? 0,
      scale: focusedScale(focus.box, { width, height }, before?.scale ?? 0),
    }));
  }, [focus, loaded, url]);
  useLayoutEffect(() => {
    const box = centred.current;
    if (box === undefined || size === undefined || view === undefined || room.current === null) return;
    centred.current = undefined;
    const [left, top, right, bottom] = shownBox(view, size, box);
    const { clientWidth, clientHeight } = room.current;
    room.current.scrollTo({
      left: (left + right - clientWidth) / 2,
      top: (top + bottom - clientHeight) / 2,
      behavior: 'instant',
    });
  }, [view, size]);
  const change = (next: (view: View) => View): void => {
    setView((before) => (before === undefined ? before : next(before)));
  };
  useImperativeHandle(handle, () => ({
    zoom: (direction) => {
      change((now) => zoomed(now, direction));
    },
  }));
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
        {image.error !== null && <Problem error={image.error} onRetry={() => void image.refetch()} />}
        {image.isPending && <Loading />}
        {url !== undefined && (
          <Sheet
            {...props}
            url={url}
            size={size}
            view={view}
            onLoad={(loadedSize) => {
              setLoaded({ url, size: loadedSize });
              // The size that a person chose stays from page to page.
              if (view === undefined) fit(loadedSize, 0);
            }}
          />
        )}
      </div>
      {footer}
    </div>
  );
}

/** The image, turned and zoomed, and over it one layer with the boxes. */
function Sheet(
  props: Pick<
    Parameters<typeof PageViewer>[0],
    'page' | 'fields' | 'activeId' | 'onActive' | 'onChoose' | 'layer'
  > & {
    readonly url: string;
    readonly size: Size | undefined;
    readonly view: View | undefined;
    readonly onLoad: (size: Size) => void;
  },
) {
  const { t } = useTexts();
  const { url, page, size, view, onLoad, layer } = props;
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
      {isKnown && layer?.({ size, view, shown })}
    </div>
  );
}

/** One box for each field: hover and focus mark the field, a press goes to it. */
function Boxes(
  props: Pick<Parameters<typeof PageViewer>[0], 'fields' | 'activeId' | 'onActive' | 'onChoose'> &
    PageGeometry,
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
