import { useEffect, useState } from 'react';
import { isUsable, reviewActions, type ReviewAction } from '../model/review-keys.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { rebind, resetKeys, useReviewKeys } from './review-keys.ts';

/** The keys of the work place, each of which can be another one. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTexts();
  const keys = useReviewKeys();
  const [asked, setAsked] = useState<ReviewAction>();
  useEffect(() => {
    if (asked === undefined) return undefined;
    const press = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const { key } = event;
      const removes = key === 'Backspace' || key === 'Delete';
      if (removes || isUsable(key)) rebind(asked, removes ? '' : key);
      if (removes || isUsable(key) || key === 'Escape') setAsked(undefined);
    };
    // Before the dialog, which Escape closes.
    addEventListener('keydown', press, { capture: true });
    return () => {
      removeEventListener('keydown', press, { capture: true });
    };
  }, [asked]);
  return (
    <Dialog title={t.review.help} onClose={onClose} isWide>
      <p className="hint">{t.review.helpText}</p>
      <dl className="keys">
        {reviewActions.map((action) => (
          <div key={action}>
            <dt>{t.review.actions[action]}</dt>
            <dd>
              <Button
                aria-label={t.review.keyOf(t.review.actions[action], keys[action])}
                onPress={() => {
                  setAsked(action);
                }}
              >
                {asked === action ? '…' : keys[action] === '' ? t.review.noKey : <kbd>{keys[action]}</kbd>}
              </Button>
            </dd>
          </div>
        ))}
      </dl>
      <p role="status" className="hint">
        {asked === undefined ? '' : `${t.review.actions[asked]}: ${t.review.pressKey}`}
      </p>
      <div className="dialog-actions">
        <Button onPress={resetKeys}>{t.review.usualKeys}</Button>
        <Button look="primary" onPress={onClose}>
          {t.close}
        </Button>
      </div>
    </Dialog>
  );
}
