import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import {
  firstWord,
  isBefore,
  nearestWord,
  wordBeside,
  wordsBetween,
  wordsWithin,
  type PickedWords,
  type WordPlace,
} from '../model/page-words.ts';
import type { PageWords } from '../model/review-types.ts';
import { pagePoint, shownBox, type Box } from '../model/view.ts';
import { useTexts } from '../strings/strings.ts';
import type { PageGeometry } from '../views/page-viewer.tsx';

interface LayerProps extends PageGeometry {
  readonly words: PageWords;
  /** Where the value stood until now. */
  readonly from: Box | undefined;
  readonly label: string;
  /** The layer has been opened by a key, and takes the keys. */
  readonly takesFocus: boolean;
  readonly onTake: (taken: PickedWords) => void;
  readonly onEnd: () => void;
}

/** The words of a page, to be picked: by pointer, with Shift up to another one; or by arrow keys and Enter. */
export function WordLayer(props: LayerProps) {
  const { t } = useTexts();
  const { words, from, label, takesFocus, onTake, onEnd, size, view, shown } = props;
  const { lines } = words;
  const layer = useRef<SVGSVGElement>(null);
  const begin = (): WordPlace | undefined =>
    from === undefined ? firstWord(lines) : nearestWord(lines, [from[0], (from[1] + from[3]) / 2]);
  const [[anchor, at], setRange] = useState<readonly [WordPlace | undefined, WordPlace | undefined]>(() => {
    const first = begin();
    return [first, first];
  });
  useEffect(() => {
    if (takesFocus) layer.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  useEffect(() => {
    if (takesFocus)
      layer.current?.querySelector('[data-at]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [takesFocus, at]);
  const take = (first: WordPlace, last: WordPlace): void => {
    const taken = wordsBetween(lines, first, last);
    if (taken !== undefined) onTake(taken);
  };
  const press = (event: KeyboardEvent): void => {
    const { key } = event;
    if (key === 'Escape') {
      event.preventDefault();
      onEnd();
    } else if (key === 'Enter' && anchor !== undefined && at !== undefined) {
      event.preventDefault();
      take(anchor, at);
    } else if (
      (key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown') &&
      at !== undefined
    ) {
      event.preventDefault();
      const next = wordBeside(lines, at, key);
      setRange([event.shiftKey ? anchor : next, next]);
    }
  };
  const isPicked = (place: WordPlace): boolean => {
    if (!takesFocus || anchor === undefined || at === undefined) return false;
    const [first, last] = isBefore(anchor, at) ? [anchor, at] : [at, anchor];
    return !isBefore(place, first) && !isBefore(last, place);
  };
  return (
    <svg
      ref={layer}
      className="words"
      role="listbox"
      aria-multiselectable="true"
      aria-label={label}
      tabIndex={0}
      width={shown.width}
      height={shown.height}
      {...(at === undefined ? {} : { 'aria-activedescendant': idOf(at) })}
      onKeyDown={press}
    >
      {lines.flatMap((line, lineIndex) =>
        line.words.map(({ text, box }, wordIndex) => {
          const place = { line: lineIndex, word: wordIndex };
          const [left, top, right, bottom] = shownBox(view, size, box);
          const isAt = at?.line === lineIndex && at.word === wordIndex;
          return (
            <rect
              key={idOf(place)}
              id={idOf(place)}
              role="option"
              aria-label={t.review.word(text)}
              aria-selected={isPicked(place)}
              className={isPicked(place) ? 'word picked' : 'word'}
              {...(isAt ? { 'data-at': '' } : {})}
              x={left}
              y={top}
              width={right - left}
              height={bottom - top}
              onPointerDown={(event) => {
                // The text line that is being edited keeps the focus.
                event.preventDefault();
                if (event.shiftKey && anchor !== undefined) {
                  take(anchor, place);
                } else {
                  setRange([place, place]);
                  take(place, place);
                }
              }}
            />
          );
        }),
      )}
    </svg>
  );
}

function idOf({ line, word }: WordPlace): string {
  return `word-${String(line)}-${String(word)}`;
}

const stepPx = 8;
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-stepPx, 0],
  ArrowRight: [stepPx, 0],
  ArrowUp: [0, -stepPx],
  ArrowDown: [0, stepPx],
};

/** A box that is drawn on the page, by pointer or by arrow keys. */
export function BoxLayer(props: LayerProps & { readonly onEmpty: (box: Box) => void }) {
  const { words, from, label, takesFocus, onTake, onEmpty, onEnd, size, view, shown } = props;
  const layer = useRef<SVGSVGElement>(null);
  const [box, setBox] = useState<Box>(
    () => from ?? [size.width * 0.3, size.height * 0.45, size.width * 0.7, size.height * 0.5],
  );
  const [start, setStart] = useState<readonly [number, number]>();
  useEffect(() => {
    if (takesFocus) layer.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  const take = (drawn: Box): void => {
    const taken = wordsWithin(words.lines, drawn);
    if (taken === undefined) onEmpty(drawn);
    else onTake({ text: taken.text, box: drawn });
  };
  const pointOf = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const room = layer.current?.getBoundingClientRect();
    return pagePoint(view, size, [clientX - (room?.left ?? 0), clientY - (room?.top ?? 0)]);
  };
  const between = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): Box => [
    ...([Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)] as const),
  ];
  const press = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    if (event.key === 'Escape') onEnd();
    else if (event.key === 'Enter') take(box);
    else if (move === undefined) return;
    else {
      const [dx, dy] = move;
      const [left, top, right, bottom] = box;
      setBox(
        within(
          event.shiftKey
            ? [left, top, Math.max(left + stepPx, right + dx), Math.max(top + stepPx, bottom + dy)]
            : [left + dx, top + dy, right + dx, bottom + dy],
          size,
        ),
      );
    }
    event.preventDefault();
  };
  const [left, top, right, bottom] = shownBox(view, size, box);
  return (
    <svg
      ref={layer}
      className="draw"
      role="application"
      aria-label={label}
      tabIndex={0}
      width={shown.width}
      height={shown.height}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const point = pointOf(event);
        setStart(point);
        setBox(between(point, point));
      }}
      onPointerMove={(event) => {
        if (start !== undefined) setBox(between(start, pointOf(event)));
      }}
      onPointerUp={(event) => {
        if (start === undefined) return;
        const drawn = between(start, pointOf(event));
        setStart(undefined);
        if (drawn[2] - drawn[0] > 3 && drawn[3] - drawn[1] > 3) take(drawn);
      }}
    >
      <rect className="drawn" x={left} y={top} width={right - left} height={bottom - top} />
    </svg>
  );
}

/** A box moved back into the page. */
function within(
  [left, top, right, bottom]: Box,
  { width, height }: { readonly width: number; readonly height: number },
): Box {
  return [
    ...([Math.min(Math.max(0, left), width - stepPx), Math.min(Math.max(0, top), height - stepPx)] as const),
    ...([Math.min(width, right), Math.min(height, bottom)] as const),
  ];
}
