import { useEffect, useState, type DragEvent, type ReactNode } from 'react';
import {
  emptyDraft,
  missingOf,
  nameOf,
  pressWord,
  readDraft,
  type ClassDraft,
  type Example,
} from '../model/class-draft.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { Empty, Loading, Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { DraftedClassView } from './drafted-class.tsx';
import { DraftExamples, useExampleStates, useExampleUpload } from './draft-examples.tsx';
import { DraftFields } from './draft-fields.tsx';
import { MarkPage } from './mark-page.tsx';

const storageKey = 'docfleet.class-draft';

type Drafted = Awaited<ReturnType<ReturnType<typeof useApi>['client']['draftClass']>>;

/** A class from examples: fields are named, documents are marked, and the fleet proposes the class. */
export function ClassDesigner(): ReactNode {
  const { t } = useTexts();
  const { client, me } = useApi();
  const key = `${storageKey}.${me.tenantId ?? ''}`;
  const [draft, setDraft] = useState(() => readDraft(localStorage.getItem(key)));
  const [openId, setOpenId] = useState(draft.examples[0]?.runId);
  const [chosen, setChosen] = useState(draft.fields[0]?.name);
  const [isReset, setReset] = useState(false);
  const [work, setWork] = useState<{
    readonly isRunning: boolean;
    readonly error?: unknown;
    readonly result?: { readonly drafted: Drafted; readonly of: ClassDraft };
  }>({ isRunning: false });
  useEffect(() => {
    localStorage.setItem(key, JSON.stringify(draft));
  }, [draft, key]);
  const states = useExampleStates(draft.examples);
  const upload = useExampleUpload(draft, setDraft);
  const open = draft.examples.find(({ runId }) => runId === openId) ?? draft.examples[0];
  const field = draft.fields.find(({ name }) => name === chosen)?.name ?? draft.fields[0]?.name;
  const missing =
    missingOf(draft) ?? (states.every(({ state }) => state === 'read') ? undefined : 'readings');
  const openState = states[draft.examples.findIndex((example) => example === open)]?.state ?? 'reading';
  const name = nameOf(draft.title, '-');

  const propose = async (): Promise<void> => {
    setWork({ isRunning: true });
    try {
      const { title, fields, examples } = draft;
      const body = {
        name,
        title,
        fields: [...fields],
        examples: examples.map(({ runId, marks }) => ({
          runId,
          marks: marks.map((mark) => ({ ...mark, words: [...mark.words] })),
        })),
      };
      setWork({ isRunning: false, result: { drafted: await client.draftClass({ body }), of: draft } });
    } catch (error) {
      setWork({ isRunning: false, error });
    }
  };

  // Files that are dropped here become examples, and not only documents as elsewhere in the console.
  const dropped = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'drop') upload.add([...event.dataTransfer.files]);
  };

  return (
    <div className="full" onDragOver={dropped} onDrop={dropped}>
      <PageHeader title={t.classDesigner.title}>
        <Button
          look="quiet"
          onPress={() => {
            setReset(true);
          }}
        >
          {t.classDesigner.reset}
        </Button>
      </PageHeader>
      <p className="hint">
        {t.classDesigner.intro} {t.classDesigner.kept}
      </p>
      <div className="designer">
        <div className="designer-side">
          <TextControl
            label={t.classDesigner.documentTitle}
            value={draft.title}
            hint={t.classDesigner.titleHint(name)}
            maxLength={100}
            onChange={(title) => {
              setDraft({ ...draft, title });
            }}
          />
          <DraftFields
            draft={draft}
            example={openState === 'read' ? open : undefined}
            chosen={field}
            onChoose={setChosen}
            onChange={setDraft}
          />
          <DraftExamples
            draft={draft}
            states={states}
            upload={upload}
            openId={open?.runId}
            onOpen={setOpenId}
            onChange={setDraft}
          />
          <section aria-labelledby="propose">
            <h2 id="propose" className="hidden">
              {t.classDesigner.propose}
            </h2>
            <Button
              look="primary"
              isDisabled={missing !== undefined || work.isRunning}
              onPress={() => void propose()}
            >
              {t.classDesigner.propose}
            </Button>
            <p role="status" className="hint">
              {work.isRunning
                ? t.classDesigner.proposing
                : missing === undefined
                  ? ''
                  : t.classDesigner.missing[missing]}
            </p>
            {work.error !== undefined && <Problem error={work.error} onRetry={() => void propose()} />}
          </section>
        </div>
        <div className="designer-page">
          {work.result !== undefined && (
            <DraftedClassView
              drafted={work.result.drafted}
              name={nameOf(work.result.of.title, '-')}
              examples={work.result.of.examples}
              isOld={work.result.of !== draft}
              onOpen={(runId, of) => {
                setOpenId(runId);
                setChosen(of);
              }}
            />
          )}
          {open === undefined ? (
            <Empty>{t.classDesigner.chooseExample}</Empty>
          ) : (
            <OpenExample
              key={open.runId}
              example={open}
              state={openState}
              fields={draft.fields.map(({ name: each }) => each)}
              field={field}
              onPress={(page, at) => {
                if (field !== undefined) setDraft(pressWord(draft, { runId: open.runId, field, page, at }));
              }}
            />
          )}
        </div>
      </div>
      {isReset && (
        <Confirmation
          title={t.classDesigner.resetTitle}
          text={t.classDesigner.resetText}
          yes={t.classDesigner.reset}
          no={t.classDesigner.keep}
          isDanger
          onConfirm={() => {
            setDraft(emptyDraft);
            setWork({ isRunning: false });
            return Promise.resolve();
          }}
          onClose={() => {
            setReset(false);
          }}
        />
      )}
    </div>
  );
}

function OpenExample(props: {
  readonly example: Example;
  readonly state: 'reading' | 'read' | 'failed';
  readonly fields: readonly string[];
  readonly field: string | undefined;
  readonly onPress: Parameters<typeof MarkPage>[0]['onPress'];
}) {
  const { t } = useTexts();
  const { example, state, fields, field, onPress } = props;
  if (state === 'reading') return <Loading />;
  if (state === 'failed') return <Empty>{t.classDesigner.failed}</Empty>;
  return <MarkPage example={example} fields={fields} field={field} onPress={onPress} />;
}
