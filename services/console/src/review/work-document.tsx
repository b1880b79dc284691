import type { ReviewChange, ReviewedDocument } from '@docfleet/client';
import type { UseQueryResult } from '@tanstack/react-query';
import { mergeOf, splitAt } from '../model/document-borders.ts';
import { wordsOf } from '../model/format.ts';
import { markedPlace } from '../model/review-types.ts';
import { classOf, type WorkItem } from '../model/work-place.ts';
import { editSteps, leaveSteps, stepsBeside, stepsOf, storeSteps, toItem } from '../model/work-steps.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { ClassRow } from './class-row.tsx';
import { FieldRow, type EditorProps } from './field-row.tsx';
import { Findings } from './findings.tsx';
import { RowsTable } from './rows-table.tsx';
import type { Work } from './use-work.ts';

interface Props {
  readonly work: Work;
  readonly document: ReviewedDocument;
  readonly image: UseQueryResult<string>;
}

/** One document of a task: its class, fields and tables, and what the rules say of them. */
export function WorkDocument({ work, document, image }: Props) {
  const { t } = useTexts();
  const { items, run } = work;
  return (
    <section aria-label={t.document.documentIn(document.index, wordsOf(document.documentClass))}>
      <Heading work={work} document={document} />
      <Lines {...{ work, document, image }} />
      <Tables work={work} document={document} />
      <Findings
        document={document}
        onField={(field) => {
          const named = items.find((item) => item.document === document.index && item.name === field);
          if (named !== undefined) run(toItem(named));
        }}
      />
    </section>
  );
}

/** Which pages a document has, and where another one could begin. */
function Heading({ work, document }: Omit<Props, 'image'>) {
  const { t } = useTexts();
  const { documents, state, isLocked, act, run } = work;
  const { index, firstPage, lastPage } = document;
  const merge = mergeOf(documents, index);
  return (
    <div className="section-header">
      <h2>{t.document.documentIn(index, wordsOf(document.documentClass))}</h2>
      <span className="hint">{t.document.pagesFrom(firstPage, lastPage)}</span>
      {splitAt([document], state.page) !== undefined && (
        <Button
          look="quiet"
          isDisabled={isLocked}
          onPress={() => {
            act('split');
          }}
        >
          {t.review.split(state.page)}
        </Button>
      )}
      {merge !== undefined && (
        <Button
          look="quiet"
          isDisabled={isLocked}
          onPress={() => {
            run([{ kind: 'change', change: merge }]);
          }}
        >
          {t.review.merge}
        </Button>
      )}
      <Button
        look="quiet"
        isDisabled={isLocked}
        onPress={() => {
          act('add');
        }}
        aria-label={t.review.addFieldOf(index)}
      >
        {t.review.addField}
      </Button>
    </div>
  );
}

/** The class and the fields, a line each; arrow keys go along them. */
function Lines({ work, document, image }: Props) {
  const { items, state, used, isRenumbering, run } = work;
  return (
    <ul
      className="fields"
      onKeyDown={(event) => {
        const isLine = (event.target as Element).matches('[data-item]');
        if (!isLine || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
        event.preventDefault();
        run(stepsBeside(event.key === 'ArrowDown' ? 1 : -1, work));
      }}
    >
      {items
        .filter((item) => item.document === document.index)
        .map((item) => {
          const shared = {
            item,
            isCurrent: item.id === state.currentId,
            onCurrent: () => {
              run([{ kind: 'becameCurrent', item }]);
            },
            onOpen: () => {
              run(editSteps(item, work));
            },
          };
          return item.kind === 'class' ? (
            <ClassRow
              key={item.id}
              {...shared}
              document={document}
              classes={used.state.task.classes}
              isEditing={item.id === state.editingId}
              onClass={(documentClass) => {
                if (isRenumbering) return;
                const change: ReviewChange = { op: 'setClass', document: document.index, documentClass };
                run([{ kind: 'change', change }, ...leaveSteps(item.id)]);
              }}
              onLeave={() => {
                run(leaveSteps(item.id));
              }}
            />
          ) : (
            <FieldRow
              key={item.id}
              {...shared}
              isMarked={item.id === state.hoveredId}
              editor={editorOf(item, work, image)}
              onHover={(isOver) => {
                run([{ kind: 'hovered', id: isOver ? item.id : undefined }]);
              }}
            />
          );
        })}
    </ul>
  );
}

function editorOf(item: WorkItem, work: Work, image: UseQueryResult<string>): EditorProps | undefined {
  const { state, texts, pages, used, isRenumbering, run } = work;
  if (item.id !== state.editingId) return undefined;
  return {
    text: texts[item.id] ?? '',
    place: state.places[item.id] ?? item.place,
    image,
    page: pages.find(({ page }) => page === state.page),
    onText: (text) => {
      run([{ kind: 'keepText', id: item.id, text }]);
    },
    onStore: () => {
      if (!used.state.isDeciding && !isRenumbering) run(storeSteps(item, work));
    },
    onLeave: () => {
      run(leaveSteps(item.id));
    },
    onPick: () => {
      run(stepsOf('pick', work));
    },
    onDraw: () => {
      run(stepsOf('draw', work));
    },
  };
}

function Tables({ work, document }: Omit<Props, 'image'>) {
  const { classes, isLocked, texts, used, run } = work;
  const change = (made: ReviewChange): void => {
    run([{ kind: 'change', change: made }]);
  };
  const { index } = document;
  return (classOf(document, classes)?.tables ?? []).map((group) => (
    <RowsTable
      key={group.name}
      {...{ document, group, isLocked, texts }}
      onText={used.session.keepText}
      onCell={(row, column, text) => {
        change({ op: 'setRow', document: index, row, cells: { [column]: text } });
      }}
      onRemove={(row) => {
        change({ op: 'removeRow', document: index, row });
      }}
      onAdd={() => {
        const [first] = group.columns;
        if (first !== undefined)
          change({ op: 'addRow', document: index, group: group.name, cells: { [first.name]: '' } });
      }}
      onPlace={(place) => {
        run([{ kind: 'showedPlace', place: markedPlace(place), key: 'row' }]);
      }}
    />
  ));
}
