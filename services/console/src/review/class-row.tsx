import type { ReviewedDocument } from '@docfleet/client';
import { useEffect, useRef } from 'react';
import { wordsOf } from '../model/format.ts';
import type { WorkItem } from '../model/work-place.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge, CertaintyBadge } from '../ui/badge.tsx';
import { Choice } from '../ui/choice.tsx';

/** The class of a document that is reviewed, and the choice of another one. */
export function ClassRow(props: {
  readonly item: WorkItem;
  readonly document: ReviewedDocument;
  readonly classes: readonly string[];
  readonly isCurrent: boolean;
  readonly isEditing: boolean;
  readonly onCurrent: () => void;
  readonly onOpen: () => void;
  readonly onClass: (documentClass: string) => void;
  readonly onLeave: () => void;
}) {
  const { t } = useTexts();
  const { item, document, classes, isCurrent, isEditing, onCurrent, onOpen, onClass, onLeave } = props;
  const { documentClass, classState, confidence, index } = document;
  const editor = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isEditing) editor.current?.querySelector('select')?.focus();
  }, [isEditing]);
  return (
    <li className={item.isOpen ? 'work-row open' : 'work-row'}>
      <button
        type="button"
        data-item={item.id}
        className="field"
        aria-pressed={isCurrent}
        tabIndex={isCurrent || item.isOpen ? 0 : -1}
        onFocus={onCurrent}
        onClick={onCurrent}
        onDoubleClick={onOpen}
      >
        <span className="field-name">{t.review.documentClass}</span>
        <span className="field-value">{wordsOf(documentClass)}</span>
        {classState === 'changed' ? (
          <Badge tone="good" text={t.review.stateOf.confirmed} />
        ) : (
          <CertaintyBadge confidence={confidence} isDoubted={item.isOpen} />
        )}
      </button>
      {isEditing && (
        <div
          ref={editor}
          className="work-editor"
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            onLeave();
          }}
        >
          <Choice
            label={t.review.classOf(index)}
            value={documentClass}
            options={[...new Set([documentClass, ...classes])].map((value) => ({
              value,
              text: wordsOf(value),
            }))}
            onChange={onClass}
          />
        </div>
      )}
    </li>
  );
}
