import { useState } from 'react';
import type { JobFilter } from '../model/filters.ts';
import { readViews, withoutView, withView, type SavedView } from '../model/saved-views.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { TextControl } from '../ui/text-control.tsx';

const storageKey = 'docfleet.views';

/** Lists under a name of the person's own, and a button that makes the present one such a list. */
export function SavedViews(props: {
  readonly filter: JobFilter;
  readonly onChoose: (filter: JobFilter) => void;
}) {
  const { t } = useTexts();
  const { filter, onChoose } = props;
  const [views, setViews] = useState(() => readViews(localStorage.getItem(storageKey)));
  const [name, setName] = useState<string>();
  const keep = (next: readonly SavedView[]): void => {
    localStorage.setItem(storageKey, JSON.stringify(next));
    setViews(next);
  };
  return (
    <>
      {views.length > 0 && (
        <ul className="chips" aria-label={t.documents.views}>
          {views.map((view) => (
            <li key={view.name}>
              <Button
                look="quiet"
                onPress={() => {
                  onChoose(view.filter);
                }}
              >
                {view.name}
              </Button>
              <Button
                look="quiet"
                aria-label={t.documents.removeView(view.name)}
                onPress={() => {
                  keep(withoutView(views, view.name));
                }}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Button
        onPress={() => {
          setName('');
        }}
      >
        {t.documents.saveView}
      </Button>
      {name !== undefined && (
        <Confirmation
          title={t.documents.saveView}
          yes={t.documents.save}
          onConfirm={() => {
            if (name.trim() !== '') keep(withView(views, { name: name.trim(), filter }));
            return Promise.resolve();
          }}
          onClose={() => {
            setName(undefined);
          }}
        >
          <TextControl label={t.documents.viewName} value={name} onChange={setName} isRequired autoFocus />
        </Confirmation>
      )}
    </>
  );
}
