import { useRef, useState, type KeyboardEvent } from 'react';
import { fieldAt, type Example, type WordAddress } from '../model/class-draft.ts';
import { wordsOf } from '../model/format.ts';
import { wordBeside, type PageWords, type PlacedWord } from '../model/words.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Loading, Problem } from '../ui/feedback.tsx';
import { useDocumentWords } from './document-words.ts';
import { usePageImage, useRunPages } from './page-image.ts';

const sizes = ['100', '150', '200'] as const;

/** A page of an example with a box around each word; a press marks it as part of the chosen field's value. */
export function MarkPage(props: {
  readonly example: Example;
  /** Of the draft, in their order: it decides their colours. */
  readonly fields: readonly string[];
  readonly field: string | undefined;
  readonly onPress: (page: number, at: WordAddress) => void;
}) {
  const { t } = useTexts();
  const { example, fields, field, onPress } = props;
  const words = useDocumentWords(example.runId);
  const [page, setPage] = useState(1);
  const [size, setSize] = useState<(typeof sizes)[number]>('100');
  if (words.data === undefined)
    return words.error === null ? (
      <Loading />
    ) : (
      <Problem error={words.error} onRetry={() => void words.refetch()} />
    );
  const count = words.data.length;
  const shown = words.data.find((each) => each.page === page);
  return (
    <section className="mark-room" aria-label={t.classDesigner.page}>
      <div className="toolbar">
        <Button
          look="quiet"
          aria-label={t.document.previous}
          isDisabled={page <= 1}
          onPress={() => {
            setPage(page - 1);
          }}
        >
          ‹
        </Button>
        <span role="status">{t.classDesigner.pageOf(page, count)}</span>
        <Button
          look="quiet"
          aria-label={t.document.next}
          isDisabled={page >= count}
          onPress={() => {
            setPage(page + 1);
          }}
        >
          ›
        </Button>
        <Choice
          label={t.classDesigner.size}
          value={size}
          options={sizes.map((value) => ({ value, text: `${value} %` }))}
          onChange={setSize}
        />
        <span className="hint">
          {field === undefined ? t.classDesigner.chooseField : t.classDesigner.choose(wordsOf(field))}
        </span>
      </div>
      {shown !== undefined && (
        <div className="mark-scroll" tabIndex={0} role="region" aria-label={t.document.page(page)}>
          <MarkSheet
            key={page}
            example={example}
            fields={fields}
            words={shown}
            widthPercent={Number(size)}
            isOpen={field !== undefined}
            onPress={(at) => {
              onPress(page, at);
            }}
          />
        </div>
      )}
    </section>
  );
}

function MarkSheet(props: {
  readonly example: Example;
  readonly fields: readonly string[];
  readonly words: PageWords;
  readonly widthPercent: number;
  readonly isOpen: boolean;
  readonly onPress: (at: WordAddress) => void;
}) {
  const { t } = useTexts();
  const { example, fields, words, widthPercent, isOpen, onPress } = props;
  const { page, widthPx, heightPx } = words;
  const image = usePageImage(useRunPages(example.runId), page);
  const layer = useRef<SVGSVGElement>(null);
  const [current, setCurrent] = useState<PlacedWord | undefined>(words.words[0]);
  const move = (event: KeyboardEvent, word: PlacedWord): void => {
    const { key } = event;
    if (key === 'Enter' || key === ' ') {
      event.preventDefault();
      if (isOpen) onPress(word.at);
      return;
    }
    if (key !== 'ArrowLeft' && key !== 'ArrowRight' && key !== 'ArrowUp' && key !== 'ArrowDown') return;
    event.preventDefault();
    const next = wordBeside(words.words, word, key);
    if (next === undefined) return;
    setCurrent(next);
    layer.current?.querySelector<SVGRectElement>(`[data-word="${idOf(next.at)}"]`)?.focus();
  };
  return (
    <div
      className="mark-sheet"
      style={{ width: `${String(widthPercent)}%`, aspectRatio: `${String(widthPx)} / ${String(heightPx)}` }}
    >
      {image.data !== undefined && <img src={image.data} alt={t.document.page(page)} draggable={false} />}
      <svg
        ref={layer}
        className="mark-words"
        viewBox={`0 0 ${String(widthPx)} ${String(heightPx)}`}
        role="group"
        aria-label={t.classDesigner.words}
      >
        {words.words.map((word) => {
          const [left, top, right, bottom] = word.box;
          const field = fieldAt(example, page, word.at);
          const colour = field === undefined ? '' : ` marked mark-${String(fields.indexOf(field) % 6)}`;
          return (
            <rect
              key={idOf(word.at)}
              data-word={idOf(word.at)}
              role="button"
              tabIndex={word === current ? 0 : -1}
              aria-label={t.classDesigner.word(word.text, field === undefined ? undefined : wordsOf(field))}
              aria-pressed={field !== undefined}
              aria-disabled={!isOpen}
              className={`mark-word${colour}`}
              x={left - 2}
              y={top - 2}
              width={right - left + 4}
              height={bottom - top + 4}
              onFocus={() => {
                setCurrent(word);
              }}
              onClick={() => {
                if (isOpen) onPress(word.at);
              }}
              onKeyDown={(event) => {
                move(event, word);
              }}
            />
          );
        })}
      </svg>
    </div>
  );
}

function idOf({ line, word }: WordAddress): string {
  return `${String(line)}-${String(word)}`;
}
