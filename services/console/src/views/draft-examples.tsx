import { hasEnded } from '@docfleet/client';
import { useQueries } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import {
  examplesNeeded,
  withExample,
  withoutExample,
  type ClassDraft,
  type Example,
} from '../model/class-draft.ts';
import { uploadClientFor, useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/feedback.tsx';

/** Interval at which an example in progress is looked at, in milliseconds. */
const everyMs = 1_500;

export interface ExampleState {
  readonly state: 'reading' | 'read' | 'failed';
}

/** How far the examples are: one can be marked when its words were read. */
export function useExampleStates(examples: readonly Example[]): readonly ExampleState[] {
  const { client } = useApi();
  return useQueries({
    queries: examples.map(({ runId }) => ({
      queryKey: ['job', runId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => client.readJob({ runId }, { signal }),
      refetchInterval: everyMs,
    })),
    combine: (results) =>
      results.map(({ data, error }): ExampleState => {
        if (data === undefined) return { state: error === null ? 'reading' : 'failed' };
        if (!hasEnded(data)) return { state: 'reading' };
        return { state: data.pageCount > 0 && data.links.artifacts !== null ? 'read' : 'failed' };
      }),
  });
}

/** Sending documents that become examples. */
export interface ExampleUpload {
  /** Name of the file that is being sent. */
  readonly sending: string | undefined;
  readonly note: string;
  readonly error: unknown;
  readonly add: (files: readonly File[]) => void;
}

/** Sends documents one after another, each as a document of the tenant that nobody reviews, and adds them to the draft. */
export function useExampleUpload(
  draft: ClassDraft,
  onChange: (change: (draft: ClassDraft) => ClassDraft) => void,
): ExampleUpload {
  const { t } = useTexts();
  const { credential } = useApi();
  const [sending, setSending] = useState<string>();
  const [note, setNote] = useState('');
  const [error, setError] = useState<unknown>();
  const send = async (files: readonly File[]): Promise<void> => {
    const room = examplesNeeded.max - draft.examples.length;
    setNote(files.length > room ? t.classDesigner.tooMany(examplesNeeded.max) : '');
    setError(undefined);
    const client = uploadClientFor(credential, () => undefined);
    try {
      for (const file of files.slice(0, room)) {
        setSending(file.name);
        const options = { requestId: `class-draft-${crypto.randomUUID()}`, review: 'never' } as const;
        const { runId } = await client.submitFile({ content: file, name: file.name }, options);
        onChange((now) => withExample(now, { runId, fileName: file.name }));
      }
    } catch (refused) {
      setError(refused);
    }
    setSending(undefined);
  };
  return { sending, note, error, add: (files) => void send(files) };
}

/** The documents that are marked, with a way to add more. */
export function DraftExamples(props: {
  readonly draft: ClassDraft;
  readonly states: readonly ExampleState[];
  readonly upload: ExampleUpload;
  readonly openId: string | undefined;
  readonly onOpen: (runId: string) => void;
  readonly onChange: (change: (draft: ClassDraft) => ClassDraft) => void;
}) {
  const { t } = useTexts();
  const { draft, states, upload, openId, onOpen, onChange } = props;
  const { sending, note, error, add } = upload;
  const input = useRef<HTMLInputElement>(null);
  return (
    <section aria-labelledby="draft-examples">
      <div className="section-header">
        <h2 id="draft-examples">{t.classDesigner.examples}</h2>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t.classDesigner.addExamples}
          onChange={({ target }) => {
            add([...(target.files ?? [])]);
            target.value = '';
          }}
        />
        <Button
          isDisabled={sending !== undefined || draft.examples.length >= examplesNeeded.max}
          onPress={() => {
            input.current?.click();
          }}
        >
          {t.classDesigner.addExamples}
        </Button>
      </div>
      <p role="status" className="hint">
        {sending === undefined ? note : t.classDesigner.sending(sending)}
      </p>
      {error !== undefined && <Problem error={error} />}
      <ol className="draft-examples">
        {draft.examples.map((example, index) => (
          <li key={example.runId} className={example.runId === openId ? 'chosen' : ''}>
            <Button
              look="quiet"
              aria-label={t.classDesigner.open(example.fileName)}
              {...(example.runId === openId ? { 'aria-current': 'true' as const } : {})}
              onPress={() => {
                onOpen(example.runId);
              }}
            >
              {example.fileName}
            </Button>
            <span className="hint">
              {stateText(states[index]?.state ?? 'reading', t.classDesigner, {
                done: example.marks.length,
                all: draft.fields.length,
              })}
            </span>
            <Button
              look="quiet"
              aria-label={t.classDesigner.removeExample(example.fileName)}
              onPress={() => {
                onChange((now) => withoutExample(now, example.runId));
              }}
            >
              ×
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function stateText(
  state: ExampleState['state'],
  t: ReturnType<typeof useTexts>['t']['classDesigner'],
  { done, all }: { readonly done: number; readonly all: number },
): string {
  switch (state) {
    case 'reading':
      return t.reading;
    case 'failed':
      return t.failed;
    case 'read':
      return t.marked(done, all);
  }
}
