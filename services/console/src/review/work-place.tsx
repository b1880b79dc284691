import type { ClassFacts, ReviewChange, ReviewDecision, ReviewedDocument } from '@docfleet/client';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { pendingOf } from '../model/change-queue.ts';
import { wordsOf } from '../model/format.ts';
import type { PickedWords } from '../model/page-words.ts';
import { pageIn, type PlacedField } from '../model/placed-fields.ts';
import type { ReviewAction } from '../model/review-keys.ts';
import { markedPlace, type MarkedPlace, type ReviewPage } from '../model/review-types.ts';
import {
  addableFields,
  besides,
  classOf,
  itemsOf,
  openFrom,
  withPending,
  type WorkItem,
} from '../model/work-place.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { usePageImage, type PageSource } from '../views/page-image.ts';
import { PageViewer, type ViewerHandle } from '../views/page-viewer.tsx';
import { Thumbnails } from '../views/thumbnails.tsx';
import { AddField } from './add-field.tsx';
import { ClassRow } from './class-row.tsx';
import { ApproveAnyway, Reject, SendBack, Skip } from './decisions.tsx';
import { FieldRow, type EditorProps } from './field-row.tsx';
import { Findings } from './findings.tsx';
import { HistoryDialog } from './history.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { BoxLayer, WordLayer } from './page-layers.tsx';
import { useKeyActions } from './review-keys.ts';
import { RowsTable } from './rows-table.tsx';
import { LeaseBadge, TaskNotices } from './task-notices.tsx';
import { usePageWords } from './task-pages.ts';
import type { Decided } from './task-session.ts';
import type { UsedTask } from './use-task-session.ts';

type Opened = 'approve' | 'reject' | 'sendBack' | 'skip' | 'keys' | 'history' | 'add';

/** What reads a page so far: nothing, its words, or a box that is drawn. By key: the layer takes the keys. */
interface Picking {
  /** Of the item that it is for. */
  readonly id: string;
  readonly kind: 'words' | 'box';
  readonly byKey: boolean;
}

/** A document that is reviewed: what was found to the left, the page to the right, and keys for everything. */
export function WorkPlace(props: {
  readonly used: UsedTask;
  readonly classes: readonly ClassFacts[];
  readonly pages: readonly ReviewPage[];
  readonly source: PageSource;
  /** What was done with the task before. */
  readonly notice: ReactNode;
  readonly onLeft: (count: number) => void;
  readonly onDecided: (decision: ReviewDecision) => void;
  readonly onSkip: (reason: string) => Promise<unknown>;
  readonly onNext: () => void;
  readonly onLeave: () => void;
}) {
  const { t } = useTexts();
  const { used, classes, pages, source, notice, onLeft, onDecided, onSkip, onNext, onLeave } = props;
  const { session, state } = used;
  const { task, queue, holder, texts, isDeciding } = state;
  const pending = pendingOf(queue);
  const documents = withPending(task.documents, pending);
  const [looked, setLooked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const items = itemsOf(documents, classes, { looked, asked });
  const open = items.filter(({ isOpen }) => isOpen);
  const [currentId, setCurrentId] = useState<string | undefined>(() => (open[0] ?? items[0])?.id);
  const [hovered, setHovered] = useState<string>();
  const [editingId, setEditingId] = useState<string | undefined>(() =>
    // What was being typed when the page was left is typed on.
    items.map(({ id }) => id).find((id) => texts[id] !== undefined),
  );
  const [places, setPlaces] = useState<Readonly<Record<string, MarkedPlace>>>({});
  const [picking, setPicking] = useState<Picking>();
  const [opened, setOpened] = useState<Opened>();
  const [said, setSaid] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [target, setTarget] = useState<{ readonly place: MarkedPlace; readonly key: string }>();
  const [page, setPage] = useState(() => items.find(({ id }) => id === currentId)?.place?.page ?? 1);
  const viewer = useRef<ViewerHandle>(null);
  const wanted = useRef<string | undefined>(currentId);
  const image = usePageImage(source, page);
  const current = items.find(({ id }) => id === currentId);
  // Words are picked for what is edited, unless a key has said otherwise.
  const pickingFor: Picking | undefined =
    picking ?? (editingId === undefined ? undefined : { id: editingId, kind: 'words', byKey: false });
  const subject = items.find(({ id }) => id === pickingFor?.id);
  const isWaiting = task.state === 'waiting' && queue.halt !== 'closed';
  const isOthers = holder !== undefined && holder !== null && !holder.isMe;
  const isLocked = !isWaiting || isDeciding || (isOthers && pending.length === 0);
  const words = usePageWords(task.taskId, page, picking !== undefined || editingId !== undefined);

  // An item that has just appeared can have the focus only once it is there.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const element = document.querySelector<HTMLElement>(`[data-item="${CSS.escape(wanted.current)}"]`);
    if (element === null) return;
    wanted.current = undefined;
    element.focus();
  });
  useEffect(() => {
    onLeft(open.length);
  }, [onLeft, open.length]);

  const look = (place: MarkedPlace | undefined, key: string): void => {
    if (place === undefined) return;
    setPage(place.page);
    setTarget({ place, key: `${key} ${place.box.join(' ')}` });
  };
  const become = (item: WorkItem): void => {
    setCurrentId(item.id);
    setSaid('');
    if (item.id !== currentId || target === undefined) look(item.place, item.id);
  };
  const goTo = (item: WorkItem | undefined): void => {
    if (item === undefined) {
      setSaid(t.review.left(0));
      wanted.current = currentId;
      return;
    }
    become(item);
    wanted.current = item.id;
  };
  /** To the next open item, as it will be once this one is done. */
  const goOn = (done: string | undefined): void => {
    goTo(
      openFrom(
        items.map((item) => (item.id === done ? { ...item, isOpen: false } : item)),
        done,
        1,
      ),
    );
  };
  const change = (made: ReviewChange): void => {
    session.change(made);
  };
  const edit = (item: WorkItem | undefined): void => {
    if (item === undefined || isLocked) return;
    become(item);
    setEditingId(item.id);
    if (item.kind === 'field' && texts[item.id] === undefined)
      session.keepText(item.id, item.field?.value ?? '');
  };
  const leaveEditor = (id: string): void => {
    session.keepText(id, undefined);
    setPlaces((before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== id)));
    setEditingId(undefined);
    setPicking(undefined);
    wanted.current = id;
  };
  const store = (item: WorkItem): void => {
    if (isDeciding) return;
    const value = (texts[item.id] ?? '').trim();
    const place = places[item.id];
    const { document, name: field } = item;
    const isSame = value === item.field?.value && place === undefined && item.field.state !== 'removed';
    if (isSame) change({ op: 'confirm', document, field });
    else change({ op: 'set', document, field, value, ...place });
    leaveEditor(item.id);
    goOn(item.id);
  };
  const take = ({ text, box }: PickedWords): void => {
    if (subject?.kind !== 'field') return;
    const { id } = subject;
    setPlaces((before) => ({ ...before, [id]: { page, box, words: text } }));
    session.keepText(id, text);
    setCurrentId(id);
    setEditingId(id);
    setPicking(undefined);
  };
  const pick = (kind: Picking['kind']): void => {
    if (isLocked) return;
    if (current?.kind !== 'field') setSaid(t.review.pickFirst);
    else setPicking({ id: current.id, kind, byKey: true });
  };
  const decide = async (decided: Decided): Promise<void> => {
    const answer = await session.decide(decided);
    if (answer !== undefined) onDecided(answer);
  };
  const approve = (): void => {
    if (!session.mayDecide()) return;
    if (open.length > 0) {
      setOpened('approve');
      return;
    }
    setFailure(undefined);
    decide({ kind: 'approve' }).catch(setFailure);
  };

  const openDecision = (kind: 'reject' | 'sendBack' | 'skip'): void => {
    if (session.mayDecide()) setOpened(kind);
  };

  const act = (action: ReviewAction): void => {
    switch (action) {
      case 'next':
        goTo(openFrom(items, currentId, 1));
        return;
      case 'previous':
        goTo(openFrom(items, currentId, -1));
        return;
      case 'nextPage':
        setPage(pageIn(pages.length, page + 1));
        return;
      case 'previousPage':
        setPage(pageIn(pages.length, page - 1));
        return;
      case 'zoomIn':
        viewer.current?.zoom('in');
        return;
      case 'zoomOut':
        viewer.current?.zoom('out');
        return;
      case 'help':
        setOpened('keys');
        return;
      case 'accept':
        if (!isLocked) accept();
        return;
      case 'edit':
        edit(current);
        return;
      case 'remove':
        if (isLocked || current?.kind !== 'field') return;
        change({ op: 'remove', document: current.document, field: current.name });
        goOn(current.id);
        return;
      case 'undo':
        if (!isLocked) session.undo();
        return;
      case 'add':
        if (!isLocked) setOpened('add');
        return;
      case 'pick':
        pick('words');
        return;
      case 'draw':
        pick('box');
        return;
      case 'approve':
        if (!isLocked) approve();
        return;
      case 'reject':
      case 'sendBack':
        if (!isLocked && !task.afterwards) openDecision(action);
        return;
      case 'skip':
        if (isWaiting && !isDeciding) openDecision('skip');
        return;
    }
  };
  const accept = (): void => {
    if (current === undefined) {
      goTo(openFrom(items, currentId, 1));
      return;
    }
    if (current.kind === 'class') {
      setLooked((before) => new Set(before).add(current.id));
      const { documentClass } = documents[current.document - 1] ?? {};
      if (documentClass !== undefined && current.isOpen)
        change({ op: 'setClass', document: current.document, documentClass });
    } else if (current.field === undefined || current.field.state === 'removed') {
      edit(current);
      return;
    } else if (current.field.state === 'machine') {
      change({ op: 'confirm', document: current.document, field: current.name });
    }
    goOn(current.id);
  };
  useKeyActions(opened === undefined && picking?.byKey !== true, act);

  const moveAlong = (key: string): void => {
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const beside = besides(items, currentId, key === 'ArrowDown' ? 1 : -1);
      if (beside !== undefined) goTo(beside);
    }
  };
  const editorOf = (item: WorkItem): EditorProps | undefined => {
    if (item.id !== editingId || item.kind !== 'field') return undefined;
    return {
      text: texts[item.id] ?? '',
      place: places[item.id] ?? item.place,
      image,
      page: pages.find((each) => each.page === page),
      onText: (text) => {
        session.keepText(item.id, text);
      },
      onStore: () => {
        store(item);
      },
      onLeave: () => {
        leaveEditor(item.id);
      },
      onPick: () => {
        pick('words');
      },
      onDraw: () => {
        pick('box');
      },
    };
  };
  const placed = items.flatMap((item): PlacedField[] => {
    const place = places[item.id] ?? item.place;
    if (item.field === undefined || place?.page !== page || item.field.state === 'removed') return [];
    const { value, normalised, confidence } = item.field;
    return [{ ...{ id: item.id, name: item.name, value, normalised, confidence, page }, box: place.box }];
  });
  const pickHint = (kind: Picking['kind'], field: string): string =>
    kind === 'words' ? t.review.pickHint(field) : t.review.drawHint(field);
  const hint =
    picking === undefined || subject === undefined ? said : pickHint(picking.kind, wordsOf(subject.name));
  const name = task.fileName ?? wordsOf(task.documentClass);
  return (
    <div className="full">
      <PageHeader title={name}>
        <Badge tone="idle" text={t.lane[task.lane]} />
        {task.round > 0 && <Badge tone="idle" text={t.review.round(task.round)} />}
        <span className="hint" role="status">
          {t.review.left(open.length)}
        </span>
        <LeaseBadge state={state} />
        <span className="hint saving">
          {pending.length > 0 && queue.halt === null ? t.review.saving : ''}
        </span>
        <span className="work-actions">
          <Button look="primary" isDisabled={isLocked} onPress={approve}>
            {t.review.approve}
          </Button>
          {!task.afterwards && (
            <>
              <Button
                isDisabled={isLocked}
                onPress={() => {
                  openDecision('sendBack');
                }}
              >
                {t.review.sendBack}
              </Button>
              <Button
                isDisabled={isLocked}
                onPress={() => {
                  openDecision('reject');
                }}
              >
                {t.review.reject}
              </Button>
            </>
          )}
          <Button
            isDisabled={!isWaiting || isDeciding}
            onPress={() => {
              openDecision('skip');
            }}
          >
            {t.review.skip}
          </Button>
          <Button
            look="quiet"
            onPress={() => {
              setOpened('history');
            }}
          >
            {t.review.history}
          </Button>
          <Button
            look="quiet"
            onPress={() => {
              setOpened('keys');
            }}
          >
            {t.review.help} ?
          </Button>
          <Button look="quiet" onPress={onLeave}>
            {t.review.leave}
          </Button>
        </span>
      </PageHeader>
      {notice}
      <TaskNotices used={used} onNext={onNext} />
      {failure !== undefined && <Problem error={failure} />}
      <div className={pages.length > 1 ? 'work with-thumbnails' : 'work'}>
        <div className="work-fields">
          {documents.map((document) => (
            <section
              key={document.index}
              aria-label={t.document.documentIn(document.index, wordsOf(document.documentClass))}
            >
              <DocumentHeading
                {...{ document, page, isLocked }}
                hasNext={document.index < documents.length}
                onChange={change}
                onAdd={() => {
                  setOpened('add');
                }}
              />
              <ul
                className="fields"
                onKeyDown={(event) => {
                  const isLine = (event.target as Element).matches('[data-item]');
                  if (!isLine || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
                  event.preventDefault();
                  moveAlong(event.key);
                }}
              >
                {items
                  .filter((item) => item.document === document.index)
                  .map((item) =>
                    item.kind === 'class' ? (
                      <ClassRow
                        key={item.id}
                        {...{ item, document }}
                        classes={task.classes}
                        isCurrent={item.id === currentId}
                        isEditing={item.id === editingId}
                        onCurrent={() => {
                          become(item);
                        }}
                        onOpen={() => {
                          edit(item);
                        }}
                        onClass={(documentClass) => {
                          change({ op: 'setClass', document: document.index, documentClass });
                          leaveEditor(item.id);
                        }}
                        onLeave={() => {
                          leaveEditor(item.id);
                        }}
                      />
                    ) : (
                      <FieldRow
                        key={item.id}
                        item={item}
                        isCurrent={item.id === currentId}
                        isMarked={item.id === hovered}
                        editor={editorOf(item)}
                        onCurrent={() => {
                          become(item);
                        }}
                        onOpen={() => {
                          edit(item);
                        }}
                        onHover={(isOver) => {
                          setHovered(isOver ? item.id : undefined);
                        }}
                      />
                    ),
                  )}
              </ul>
              {(classOf(document, classes)?.tables ?? []).map((group) => (
                <RowsTable
                  key={group.name}
                  {...{ document, group, isLocked, texts }}
                  onText={session.keepText}
                  onCell={(row, column, text) => {
                    change({ op: 'setRow', document: document.index, row, cells: { [column]: text } });
                  }}
                  onRemove={(row) => {
                    change({ op: 'removeRow', document: document.index, row });
                  }}
                  onAdd={() => {
                    const [first] = group.columns;
                    if (first === undefined) return;
                    change({
                      op: 'addRow',
                      document: document.index,
                      group: group.name,
                      cells: { [first.name]: '' },
                    });
                  }}
                  onPlace={(place) => {
                    look(markedPlace(place), 'row');
                  }}
                />
              ))}
              <Findings
                document={document}
                onField={(field) => {
                  goTo(items.find((item) => item.document === document.index && item.name === field));
                }}
              />
            </section>
          ))}
        </div>
        {pages.length > 1 && (
          <Thumbnails source={source} pageCount={pages.length} page={page} onPage={setPage} />
        )}
        <PageViewer
          image={image}
          page={page}
          pageCount={pages.length}
          fields={placed}
          activeId={hovered ?? currentId}
          focus={target?.place.page === page ? { key: target.key, box: target.place.box } : undefined}
          onPage={setPage}
          onActive={setHovered}
          onChoose={(id) => {
            goTo(items.find((item) => item.id === id));
          }}
          handle={viewer}
          layer={(geometry) => {
            if (pickingFor === undefined || words === undefined || subject?.kind !== 'field') return null;
            const { id } = subject;
            const from = places[id] ?? subject.place;
            const given = {
              ...geometry,
              words,
              from: from?.page === page ? from.box : undefined,
              label: pickHint(pickingFor.kind, wordsOf(subject.name)),
              takesFocus: pickingFor.byKey,
              onTake: take,
              onEnd: () => {
                setPicking(undefined);
                wanted.current = id;
              },
            };
            return pickingFor.kind === 'words' ? (
              <WordLayer {...given} />
            ) : (
              <BoxLayer
                {...given}
                onEmpty={(box) => {
                  setPlaces((before) => ({ ...before, [id]: { page, box, words: '' } }));
                  edit(subject);
                  setPicking(undefined);
                  setSaid(t.review.noWordsInBox);
                }}
              />
            );
          }}
          footer={
            <p className="work-hint" role="status">
              {hint}
            </p>
          }
        />
      </div>
      {opened === 'approve' && (
        <ApproveAnyway
          left={open.length}
          onDecide={decide}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'reject' && (
        <Reject
          onDecide={decide}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'sendBack' && (
        <SendBack
          classes={task.classes}
          onDecide={decide}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'skip' && (
        <Skip
          onSkip={onSkip}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'keys' && (
        <KeysDialog
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'history' && (
        <HistoryDialog
          taskId={task.taskId}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
      {opened === 'add' && (
        <AddField
          choices={documents.map((document) => ({
            document: document.index,
            fields: addableFields(document, classOf(document, classes), items),
          }))}
          first={current?.document ?? 1}
          onAdd={(index, field) => {
            const id = `${String(index)}/${field}`;
            setAsked((before) => new Set(before).add(id));
            setCurrentId(id);
            session.keepText(id, '');
            setEditingId(id);
            setOpened(undefined);
          }}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
    </div>
  );
}

/** Which pages a document has, and where another one could begin. */
function DocumentHeading(props: {
  readonly document: ReviewedDocument;
  readonly page: number;
  readonly hasNext: boolean;
  readonly isLocked: boolean;
  readonly onChange: (change: ReviewChange) => void;
  readonly onAdd: () => void;
}) {
  const { t } = useTexts();
  const { document, page, hasNext, isLocked, onChange, onAdd } = props;
  const { index, firstPage, lastPage } = document;
  return (
    <div className="section-header">
      <h2>{t.document.documentIn(index, wordsOf(document.documentClass))}</h2>
      <span className="hint">{t.document.pagesFrom(firstPage, lastPage)}</span>
      {page > firstPage && page <= lastPage && (
        <Button
          look="quiet"
          isDisabled={isLocked}
          onPress={() => {
            onChange({ op: 'split', document: index, atPage: page });
          }}
        >
          {t.review.split(page)}
        </Button>
      )}
      {hasNext && (
        <Button
          look="quiet"
          isDisabled={isLocked}
          onPress={() => {
            onChange({ op: 'merge', document: index });
          }}
        >
          {t.review.merge}
        </Button>
      )}
      <Button look="quiet" isDisabled={isLocked} onPress={onAdd} aria-label={t.review.addFieldOf(index)}>
        {t.review.addField}
      </Button>
    </div>
  );
}
