import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { wordsOf } from '../model/format.ts';
import type { ReviewPage } from '../model/review-types.ts';
import type { Box } from '../model/view.ts';
import type { WorkItem } from '../model/work-place.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge, CertaintyBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { Crop } from './crop.tsx';

/** From this length on a value gets a line of its own, in characters. */
const longFrom = 14;

/** A field of a document that is reviewed: its value, how certain it is, and the line in which it is edited. */
export function FieldRow(props: {
  readonly item: WorkItem;
  readonly isCurrent: boolean;
  readonly isMarked: boolean;
  readonly onCurrent: () => void;
  readonly onHover: (isOver: boolean) => void;
  readonly onOpen: () => void;
  readonly editor: EditorProps | undefined;
}) {
  const { item, isCurrent, isMarked, onCurrent, onHover, onOpen, editor } = props;
  const { field, name } = item;
  const { t } = useTexts();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) button.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  const isRemoved = field?.state === 'removed';
  const shown = field === undefined ? '' : field.normalised === '' ? field.value : field.normalised;
  const printed =
    field !== undefined && field.normalised !== '' && field.value !== field.normalised
      ? field.value
      : undefined;
  const machine = field?.original?.normalised;
  const isOther = field?.state === 'changed' && machine !== undefined && machine !== '' && machine !== shown;
  return (
    <li className={item.isOpen ? 'work-row open' : 'work-row'}>
      <button
        ref={button}
        type="button"
        data-item={item.id}
        className={shown.length > longFrom ? 'field long' : 'field'}
        aria-pressed={isCurrent || isMarked}
        tabIndex={isCurrent || item.isOpen ? 0 : -1}
        onFocus={onCurrent}
        onClick={onCurrent}
        onDoubleClick={onOpen}
        onPointerEnter={() => {
          onHover(true);
        }}
        onPointerLeave={() => {
          onHover(false);
        }}
      >
        <span className="field-name">{wordsOf(name)}</span>
        <span className={isRemoved ? 'field-value removed' : 'field-value'}>
          {field === undefined ? '—' : shown === '' ? '—' : shown}
        </span>
        <FieldBadge item={item} />
        {printed !== undefined && !isRemoved && (
          <span className="field-original">
            {t.document.original}: {printed}
          </span>
        )}
        {isOther && <span className="field-original">{t.review.machineSaid(machine)}</span>}
      </button>
      {editor !== undefined && <Editor item={item} {...editor} />}
    </li>
  );
}

function FieldBadge({ item: { field, isOpen } }: { readonly item: WorkItem }) {
  const { t } = useTexts();
  if (field === undefined) return <Badge tone="warn" text={t.review.missing} />;
  if (field.state !== 'machine') return <Badge tone="good" text={t.review.stateOf[field.state]} />;
  if (!isOpen) return <CertaintyBadge confidence={field.confidence} />;
  return <CertaintyBadge confidence={field.confidence} isDoubted />;
}

export interface EditorProps {
  readonly text: string;
  /** Where the value is taken from: what was picked, or where the machine read it. */
  readonly place: { readonly page: number; readonly box: Box } | undefined;
  readonly image: UseQueryResult<string>;
  /** The page that is shown. */
  readonly page: ReviewPage | undefined;
  readonly onText: (text: string) => void;
  readonly onStore: () => void;
  readonly onLeave: () => void;
  readonly onPick: () => void;
  readonly onDraw: () => void;
}

function Editor({ item, ...props }: EditorProps & { readonly item: WorkItem }) {
  const { t } = useTexts();
  const { text, place, image, page, onText, onStore, onLeave, onPick, onDraw } = props;
  const name = wordsOf(item.name);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const line = form.current?.querySelector<HTMLInputElement | HTMLSelectElement>('input, select');
    line?.focus();
    if (line instanceof HTMLInputElement) line.select();
  }, []);
  return (
    <form
      ref={form}
      className="work-editor"
      onSubmit={(event) => {
        event.preventDefault();
        onStore();
      }}
      onKeyDown={(event) => {
        // Enter that is still held from before stores nothing.
        if (event.key === 'Enter' && event.repeat) event.preventDefault();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onLeave();
      }}
    >
      {place !== undefined && page?.page === place.page && (
        <Crop image={image} size={page} box={place.box} label={t.review.cropOf(name)} />
      )}
      {item.choices.length === 0 ? (
        <TextControl
          label={t.review.valueOf(name)}
          hint={t.review.editHint}
          value={text}
          onChange={onText}
          autoComplete="off"
          spellCheck="false"
        />
      ) : (
        <Choice
          label={t.review.valueOf(name)}
          value={text}
          options={[...new Set([text, ...item.choices])].map((value) => ({ value, text: value }))}
          onChange={onText}
        />
      )}
      <div className="work-editor-actions">
        <Button look="quiet" onPress={onPick}>
          {t.review.pick}
        </Button>
        <Button look="quiet" onPress={onDraw}>
          {t.review.draw}
        </Button>
        <Button onPress={onLeave}>{t.cancel}</Button>
        <Button type="submit" look="primary" isDisabled={text.trim() === ''}>
          {t.review.store}
        </Button>
      </div>
    </form>
  );
}
