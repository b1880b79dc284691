import { useId, useState } from 'react';
import {
  draftTypes,
  nameOf,
  withChangedField,
  withField,
  withoutField,
  withoutMark,
  type ClassDraft,
  type DraftField,
  type DraftType,
  type Example,
} from '../model/class-draft.ts';
import { wordsOf } from '../model/format.ts';
import { textOf } from '../model/words.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { useDocumentWords } from './document-words.ts';

/** The fields of a draft with their values in the open example; one of them is marked at a time. */
export function DraftFields(props: {
  readonly draft: ClassDraft;
  readonly example: Example | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
  readonly onChange: (draft: ClassDraft) => void;
}) {
  const { t } = useTexts();
  const { draft, example, chosen, onChoose, onChange } = props;
  const group = useId();
  return (
    <section aria-labelledby="draft-fields">
      <h2 id="draft-fields">{t.classDesigner.fields}</h2>
      {draft.fields.length === 0 && <p className="hint">{t.classDesigner.noFields}</p>}
      <ul className="draft-fields">
        {draft.fields.map((field, index) => (
          <li key={field.name} className={field.name === chosen ? 'chosen' : ''}>
            <label className="draft-choice">
              <input
                type="radio"
                name={group}
                checked={field.name === chosen}
                aria-label={t.classDesigner.choose(wordsOf(field.name))}
                onChange={() => {
                  onChoose(field.name);
                }}
              />
              <span className={`mark-colour mark-${String(index % 6)}`} aria-hidden="true" />
              <strong>{wordsOf(field.name)}</strong>
            </label>
            <FieldFacts
              field={field}
              onChange={(change) => {
                onChange(withChangedField(draft, field.name, change));
              }}
              onRemove={() => {
                onChange(withoutField(draft, field.name));
              }}
            />
            {example !== undefined && (
              <MarkedText
                example={example}
                field={field.name}
                onUnmark={() => {
                  onChange(withoutMark(draft, example.runId, field.name));
                }}
              />
            )}
          </li>
        ))}
      </ul>
      <NewField
        taken={draft.fields.map(({ name }) => name)}
        onAdd={(field) => {
          onChange(withField(draft, field));
          onChoose(field.name);
        }}
      />
    </section>
  );
}

function FieldFacts(props: {
  readonly field: DraftField;
  readonly onChange: (change: Partial<DraftField>) => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTexts();
  const { field, onChange, onRemove } = props;
  return (
    <span className="draft-facts">
      <Choice
        label={t.classDesigner.type}
        value={field.type}
        options={draftTypes.map((value) => ({ value, text: t.classDesigner.types[value] }))}
        onChange={(type) => {
          onChange({ type });
        }}
      />
      <label className="draft-required">
        <input
          type="checkbox"
          checked={field.required}
          onChange={({ target }) => {
            onChange({ required: target.checked });
          }}
        />
        {t.classDesigner.required}
      </label>
      <Button look="quiet" aria-label={t.classDesigner.removeField(wordsOf(field.name))} onPress={onRemove}>
        ×
      </Button>
    </span>
  );
}

/** The marked words of a field in the open example. */
function MarkedText(props: {
  readonly example: Example;
  readonly field: string;
  readonly onUnmark: () => void;
}) {
  const { t } = useTexts();
  const { example, field, onUnmark } = props;
  const { data: pages } = useDocumentWords(example.runId);
  const mark = example.marks.find((each) => each.field === field);
  if (mark === undefined) return <span className="hint">{t.classDesigner.notMarked}</span>;
  const page = pages?.find((each) => each.page === mark.page);
  return (
    <span className="draft-value">
      <q>{textOf(page, mark.words)}</q>
      <Button look="quiet" aria-label={t.classDesigner.unmark(wordsOf(field))} onPress={onUnmark}>
        ×
      </Button>
    </span>
  );
}

function NewField(props: { readonly taken: readonly string[]; readonly onAdd: (field: DraftField) => void }) {
  const { t } = useTexts();
  const { taken, onAdd } = props;
  const [text, setText] = useState('');
  const [type, setType] = useState<DraftType>('text');
  const name = nameOf(text, '_');
  const isTaken = taken.includes(name);
  return (
    <form
      className="draft-new"
      onSubmit={(event) => {
        event.preventDefault();
        if (name === '' || isTaken) return;
        onAdd({ name, type, required: true });
        setText('');
      }}
    >
      <TextControl
        label={t.classDesigner.fieldName}
        value={text}
        onChange={setText}
        maxLength={60}
        {...(isTaken ? { hint: t.classDesigner.fieldTaken } : {})}
      />
      <Choice
        label={t.classDesigner.type}
        value={type}
        options={draftTypes.map((value) => ({ value, text: t.classDesigner.types[value] }))}
        onChange={setType}
      />
      <Button type="submit" isDisabled={name === '' || isTaken}>
        {t.classDesigner.addField}
      </Button>
    </form>
  );
}
