import type { UseQueryResult } from '@tanstack/react-query';
import { wordsOf } from '../model/format.ts';
import type { PlacedField } from '../model/placed-fields.ts';
import type { Picking } from '../model/work-state.ts';
import { emptyBoxSteps, pickingOf, takeSteps, toItem } from '../model/work-steps.ts';
import type { Strings } from '../strings/en.ts';
import { useTexts } from '../strings/strings.ts';
import { PageViewer, type PageGeometry } from '../views/page-viewer.tsx';
import { BoxLayer, WordLayer } from './page-layers.tsx';
import { usePageWords } from './task-pages.ts';
import type { Work } from './use-work.ts';

/** The page that is shown, with the boxes of its values, and with its words where one is picked. */
export function WorkPage({ work, image }: { readonly work: Work; readonly image: UseQueryResult<string> }) {
  const { items, state, pageCount, viewer, run } = work;
  const { page, target, hoveredId, currentId } = state;
  return (
    <PageViewer
      image={image}
      page={page}
      pageCount={pageCount}
      fields={placedOn(work)}
      activeId={hoveredId ?? currentId}
      focus={target?.place.page === page ? { key: target.key, box: target.place.box } : undefined}
      onPage={(to) => {
        run([{ kind: 'showedPage', page: to }]);
      }}
      onActive={(id) => {
        run([{ kind: 'hovered', id }]);
      }}
      onChoose={(id) => {
        run(toItem(items.find((item) => item.id === id)));
      }}
      handle={viewer}
      layer={(geometry) => <PickingLayer work={work} geometry={geometry} />}
      footer={<Said work={work} />}
    />
  );
}

/** Values of this page; what was picked stands where it was picked. */
function placedOn({ items, state: { places, page } }: Work): readonly PlacedField[] {
  return items.flatMap((item): readonly PlacedField[] => {
    const place = places[item.id] ?? item.place;
    if (item.field === undefined || place?.page !== page || item.field.state === 'removed') return [];
    const { value, normalised, confidence } = item.field;
    return [{ ...{ id: item.id, name: item.name, value, normalised, confidence, page }, box: place.box }];
  });
}

function PickingLayer({ work, geometry }: { readonly work: Work; readonly geometry: PageGeometry }) {
  const { t } = useTexts();
  const { items, state, used, run } = work;
  const { page, places } = state;
  const picking = pickingOf(state);
  const words = usePageWords(used.state.task.taskId, page, picking !== undefined);
  const subject = items.find(({ id }) => id === picking?.id);
  if (picking === undefined || words === undefined || subject?.kind !== 'field') return null;
  const { id } = subject;
  const from = places[id] ?? subject.place;
  const layer = {
    ...geometry,
    words,
    from: from?.page === page ? from.box : undefined,
    label: hintOf(picking.kind, subject.name, t),
    takesFocus: picking.byKey,
    onTake: (taken: Parameters<typeof takeSteps>[1]) => {
      run(takeSteps(subject, taken, page));
    },
    onEnd: () => {
      run([{ kind: 'endedPicking', id }]);
    },
  };
  if (picking.kind === 'words') return <WordLayer {...layer} />;
  return (
    <BoxLayer
      {...layer}
      onEmpty={(box) => {
        run(emptyBoxSteps(subject, box, work));
      }}
    />
  );
}

function hintOf(kind: Picking['kind'], field: string, t: Strings): string {
  return kind === 'words' ? t.review.pickHint(wordsOf(field)) : t.review.drawHint(wordsOf(field));
}

/** What can be done on the page now, or why something was not done. */
function Said({ work: { items, state } }: { readonly work: Work }) {
  const { t } = useTexts();
  const { picking, remark } = state;
  const subject = items.find(({ id }) => id === picking?.id);
  const said = remark === undefined ? '' : remark === 'allChecked' ? t.review.left(0) : t.review[remark];
  return (
    <p className="work-hint" role="status">
      {picking === undefined || subject === undefined ? said : hintOf(picking.kind, subject.name, t)}
    </p>
  );
}
