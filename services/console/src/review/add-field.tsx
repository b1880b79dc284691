import { useState } from 'react';
import { wordsOf } from '../model/format.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Empty } from '../ui/feedback.tsx';

/** Chooses a field of the class that the machine did not find. */
export function AddField(props: {
  readonly choices: readonly { readonly document: number; readonly fields: readonly string[] }[];
  readonly first: number;
  readonly onAdd: (document: number, field: string) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTexts();
  const { choices, first, onAdd, onClose } = props;
  const options = choices.flatMap(({ document, fields }) =>
    fields.map((field) => ({
      value: `${String(document)}/${field}`,
      text: choices.length === 1 ? wordsOf(field) : `${String(document)}. ${wordsOf(field)}`,
    })),
  );
  const [chosen, setChosen] = useState(
    () =>
      options.find(({ value }) => value.startsWith(`${String(first)}/`))?.value ?? options[0]?.value ?? '',
  );
  return (
    <Dialog title={t.review.addField} onClose={onClose}>
      {options.length === 0 ? (
        <Empty>{t.none}</Empty>
      ) : (
        <form
          onKeyDown={(event) => {
            // A list opens by Enter by itself; arrow keys choose, and Enter takes.
            if (event.key !== 'Enter' || !(event.target instanceof HTMLSelectElement)) return;
            event.preventDefault();
            event.currentTarget.requestSubmit();
          }}
          onSubmit={(event) => {
            event.preventDefault();
            const [document = '', field = ''] = chosen.split('/');
            onAdd(Number(document), field);
          }}
        >
          <Choice
            label={t.review.chooseField}
            value={chosen}
            options={options}
            onChange={setChosen}
            hasFocus
          />
          <div className="dialog-actions">
            <Button onPress={onClose}>{t.cancel}</Button>
            <Button type="submit" look="primary">
              {t.review.addField}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
