import type { ClassFacts } from '@docfleet/client';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import {
  calibrationError,
  calibrationOf,
  effectOf,
  readEvaluation,
  thresholdFor,
  type CalibrationBin,
  type Evaluation,
} from '../model/evaluation.ts';
import { wordsOf } from '../model/format.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Table } from '../ui/table.tsx';

/** What classes of documents have, and how well they are read by the evaluation that was opened. */
export function Classes(): ReactNode {
  const { t } = useTexts();
  const { client } = useApi();
  const [chosen, setChosen] = useState<string>();
  const [evaluation, setEvaluation] = useState<Evaluation>();
  const [fault, setFault] = useState('');
  const classes = useQuery({
    queryKey: ['classes'],
    queryFn: ({ signal }) => client.listClasses({ signal }),
    staleTime: 600_000,
  });
  const openFile = async (file: File): Promise<void> => {
    const read = readEvaluation(await file.text());
    setFault(read === undefined ? t.classes.noReport(file.name) : '');
    if (read === undefined) return;
    setEvaluation(read);
    setChosen(read.documentClass);
  };
  return (
    <>
      <PageHeader title={t.classes.title}>
        <label className="button file-button">
          {t.classes.openReport}
          <input
            className="hidden"
            type="file"
            accept=".json,application/json"
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file !== undefined) void openFile(file);
              target.value = '';
            }}
          />
        </label>
        <span className="hint">{t.classes.reportHint}</span>
      </PageHeader>
      {fault !== '' && <Problem error={new Error(fault)} />}
      <Answered query={classes}>
        {({ classes: known }) => {
          const shown = known.find(({ name }) => name === (chosen ?? known[0]?.name)) ?? known[0];
          return (
            <>
              <ul className="counts" aria-label={t.classes.title}>
                {known.map(({ name, title, version }) => (
                  <li key={`${name} ${String(version)}`}>
                    <Button
                      aria-pressed={shown?.name === name && shown.version === version}
                      onPress={() => {
                        setChosen(name);
                      }}
                    >
                      <strong>{title}</strong>
                      <span className="hint">
                        {name} {t.classes.version(version)}
                      </span>
                    </Button>
                  </li>
                ))}
              </ul>
              {shown !== undefined && <OneClass facts={shown} evaluation={evaluation} />}
            </>
          );
        }}
      </Answered>
    </>
  );
}

function OneClass({
  facts,
  evaluation,
}: {
  readonly facts: ClassFacts;
  readonly evaluation: Evaluation | undefined;
}) {
  const { t, format } = useTexts();
  const { name, version, description, fields, tables, rules, thresholds } = facts;
  const isOfClass = evaluation?.documentClass === name && evaluation.classVersion === version;
  const scores = new Map(isOfClass ? evaluation.fields.map((score) => [score.field, score]) : []);
  return (
    <>
      <p>{description}</p>
      <p className="hint">
        {t.classes.thresholds(format.percent(thresholds.field), format.percent(thresholds.documentClass))}
      </p>
      {isOfClass && <Accuracy evaluation={evaluation} threshold={thresholds.field} />}
      <section aria-labelledby="class-fields">
        <h2 id="class-fields">{t.document.fields}</h2>
        <Table
          caption={t.document.fields}
          rows={fields}
          keyOf={(field) => field.name}
          empty={t.classes.noFields}
          columns={[
            { id: 'name', header: t.review.chooseField, cell: (field) => wordsOf(field.name) },
            { id: 'type', header: t.classes.type, cell: ({ type }) => t.classes.types[type] },
            {
              id: 'required',
              header: t.classes.required,
              cell: ({ required }) => (required ? <Badge tone="busy" text={t.classes.required} /> : ''),
            },
            {
              id: 'f1',
              header: t.classes.f1,
              kind: 'number',
              cell: (field) => {
                const score = scores.get(field.name);
                return score === undefined ? '' : format.percent(score.f1);
              },
            },
            {
              id: 'description',
              header: t.webhooks.description,
              kind: 'wide',
              cell: (field) => field.description,
            },
          ]}
        />
      </section>
      {tables.map((table) => (
        <section key={table.name} aria-label={t.review.rowsOf(wordsOf(table.name))}>
          <h2>{t.review.rowsOf(wordsOf(table.name))}</h2>
          <p>{table.columns.map((column) => wordsOf(column.name)).join(' · ')}</p>
        </section>
      ))}
      <section aria-labelledby="class-rules">
        <h2 id="class-rules">{t.classes.rules}</h2>
        <Table
          caption={t.classes.rules}
          rows={rules}
          keyOf={({ code }) => code}
          empty={t.classes.noRules}
          columns={[
            { id: 'code', header: t.classes.rule, cell: ({ code }) => wordsOf(code) },
            { id: 'kind', header: t.classes.type, cell: ({ kind }) => wordsOf(kind) },
            { id: 'fields', header: t.document.fields, cell: (rule) => rule.fields.map(wordsOf).join(', ') },
            {
              id: 'severity',
              header: t.classes.broken,
              cell: ({ severity }) => (
                <Badge
                  tone={severity === 'info' ? 'idle' : severity === 'review' ? 'warn' : 'bad'}
                  text={t.classes.severities[severity]}
                />
              ),
            },
          ]}
        />
      </section>
    </>
  );
}

/** How sure values were and how right, and what a threshold would mean. */
function Accuracy({
  evaluation,
  threshold,
}: {
  readonly evaluation: Evaluation;
  readonly threshold: number;
}) {
  const { t, format } = useTexts();
  const [target, setTarget] = useState(98);
  const { values, set, at, documents } = evaluation;
  const bins = calibrationOf(values);
  const now = effectOf(values, threshold);
  const chosen = thresholdFor(values, target / 100);
  if (values.length === 0) return <Empty>{t.classes.noValues}</Empty>;
  const rows = [
    { name: t.classes.now, effect: now },
    { name: t.classes.chosen, effect: chosen },
  ];
  return (
    <section aria-labelledby="accuracy">
      <h2 id="accuracy">{t.classes.accuracy}</h2>
      <p className="hint">
        {t.classes.of(set, format.number(documents), format.number(values.length), format.time(at))}
      </p>
      <div className="columns halves">
        <div>
          <Curve bins={bins} />
          <p className="hint">{t.classes.error(format.percent(calibrationError(bins)))}</p>
          <Table
            caption={t.classes.calibration}
            rows={bins}
            keyOf={({ from }) => String(from)}
            empty=""
            columns={[
              {
                id: 'bin',
                header: t.classes.confidence,
                cell: ({ from, to }) => `${format.percent(from)} – ${format.percent(to)}`,
              },
              {
                id: 'count',
                header: t.classes.values,
                kind: 'number',
                cell: ({ count }) => format.number(count),
              },
              {
                id: 'said',
                header: t.classes.said,
                kind: 'number',
                cell: ({ said }) => format.percent(said),
              },
              {
                id: 'right',
                header: t.classes.right,
                kind: 'number',
                cell: ({ right }) => format.percent(right),
              },
            ]}
          />
        </div>
        <div className="card">
          <label className="control">
            <span>{t.classes.target(format.percent(target / 100))}</span>
            <input
              type="range"
              min={80}
              max={100}
              step={0.5}
              value={target}
              onChange={({ target: { value } }) => {
                setTarget(Number(value));
              }}
            />
          </label>
          <Table
            caption={t.classes.chooser}
            rows={rows}
            keyOf={(row) => row.name}
            empty=""
            columns={[
              { id: 'name', header: t.classes.threshold, cell: (row) => row.name },
              {
                id: 'threshold',
                header: t.classes.confidence,
                kind: 'number',
                cell: ({ effect }) =>
                  effect.threshold > 1 ? t.classes.all : format.percent(effect.threshold),
              },
              {
                id: 'right',
                header: t.classes.right,
                kind: 'number',
                cell: ({ effect }) => format.percent(effect.precision),
              },
              {
                id: 'person',
                header: t.classes.reviewed,
                kind: 'number',
                cell: ({ effect }) => format.percent(effect.reviewed),
              },
            ]}
          />
          <p className="hint">{t.classes.howToSet}</p>
        </div>
      </div>
    </section>
  );
}

/** The curve of calibration: on the diagonal, what was said is so. The table beside it has the numbers. */
function Curve({ bins }: { readonly bins: readonly CalibrationBin[] }) {
  const { t } = useTexts();
  const points = bins.map(({ said, right }) => [said * 100, 100 - right * 100] as const);
  return (
    <svg className="curve" viewBox="-3 -3 106 106" role="img" aria-label={t.classes.calibration}>
      <rect className="bar-room" width="100" height="100" />
      <path className="curve-ideal" d="M0 100 L100 0" />
      <polyline className="curve-line" points={points.map((point) => point.join(',')).join(' ')} />
      {points.map(([x, y]) => (
        <circle key={x} className="curve-point" cx={x} cy={y} r="2" />
      ))}
    </svg>
  );
}
