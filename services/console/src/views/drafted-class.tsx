import type { useApi } from '../session/api.ts';
import type { Example } from '../model/class-draft.ts';
import { wordsOf } from '../model/format.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { saveAnswer } from '../ui/download.ts';
import { Table } from '../ui/table.tsx';

type Drafted = Awaited<ReturnType<ReturnType<typeof useApi>['client']['draftClass']>>;

/** The proposed class: how well it reads, what is wrong with marks, and its files. */
export function DraftedClassView(props: {
  readonly drafted: Drafted;
  readonly name: string;
  readonly examples: readonly Example[];
  /** Whether the draft has changed since. */
  readonly isOld: boolean;
  readonly onOpen: (runId: string, field: string) => void;
}) {
  const { t, format } = useTexts();
  const { drafted, name, examples, isOld, onOpen } = props;
  const { scores, problems, classFile, weightsFile } = drafted;
  const rows = [...scores.fields, { ...scores.all, field: t.classDesigner.all }];
  const save = (text: string, type: string, file: string): void => {
    void saveAnswer(new Response(text, { headers: { 'content-type': type } }), file);
  };
  return (
    <section className="drafted" aria-labelledby="drafted">
      <h2 id="drafted">{t.classDesigner.result}</h2>
      {isOld && (
        <p role="status" className="hint">
          {t.classDesigner.changed}
        </p>
      )}
      <p className="hint">{t.classDesigner.scoreText}</p>
      <Table
        caption={t.classDesigner.result}
        rows={rows}
        keyOf={({ field }) => field}
        empty=""
        columns={[
          { id: 'field', header: t.classDesigner.field, cell: ({ field }) => wordsOf(field) },
          {
            id: 'right',
            header: t.classDesigner.right,
            cell: ({ right, marked }) => t.classDesigner.of(right, marked),
          },
          {
            id: 'wrong',
            header: t.classDesigner.wrong,
            cell: ({ given, right }) => format.number(given - right),
          },
          { id: 'f1', header: t.classDesigner.f1, cell: ({ f1 }) => f1.toFixed(2) },
        ]}
      />
      {problems.length > 0 && (
        <>
          <h3>{t.classDesigner.problems}</h3>
          <ul className="draft-problems">
            {problems.map(({ code, field, runId }) => {
              const file = examples.find((example) => example.runId === runId)?.fileName ?? '';
              const text = t.classDesigner.problem[code](wordsOf(field), file);
              return (
                <li key={`${field} ${runId ?? ''}`}>
                  {text}{' '}
                  {runId !== null && (
                    <Button
                      onPress={() => {
                        onOpen(runId, field);
                      }}
                    >
                      {t.classDesigner.open(file)}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
      <div className="inline">
        <Button
          onPress={() => {
            save(classFile, 'application/yaml', 'v1.yaml');
          }}
        >
          {t.classDesigner.saveClass}
        </Button>
        <Button
          onPress={() => {
            save(weightsFile, 'application/json', 'weights.v1.json');
          }}
        >
          {t.classDesigner.saveWeights}
        </Button>
      </div>
      <p className="hint">{t.classDesigner.next(name)}</p>
      <details>
        <summary>{t.classDesigner.file}</summary>
        <pre className="class-file" tabIndex={0}>
          {classFile}
        </pre>
      </details>
    </section>
  );
}
