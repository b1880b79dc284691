import type { Job } from '@docfleet/client';
import { useEffect, useRef } from 'react';
import { wordsOf } from '../model/format.ts';
import { placedFields, type PlacedField } from '../model/placed-fields.ts';
import { useTexts } from '../strings/strings.ts';
import { CertaintyBadge, VerdictBadge } from '../ui/badge.tsx';
import { Empty } from '../ui/feedback.tsx';

/** From this length on a value gets a line of its own, in characters. */
const longFrom = 14;

/** What was found in each document of a run: fields, gaps and findings. */
export function FieldList(props: {
  readonly job: Job;
  readonly activeId: string | undefined;
  readonly onActive: (id: string | undefined) => void;
  readonly onChoose: (field: PlacedField) => void;
}) {
  const { t } = useTexts();
  const { job } = props;
  if (job.documents.length === 0) {
    return <Empty>{job.endedAt === null ? t.document.notYet : t.document.noFields}</Empty>;
  }
  const fields = placedFields(job);
  return (
    <>
      {job.fieldsOmitted && <p className="hint">{t.document.omitted}</p>}
      {job.documents.map((document) => (
        <section key={document.index} aria-label={wordsOf(document.documentClass)}>
          <div className="section-header">
            <h3>{t.document.documentIn(document.index, wordsOf(document.documentClass))}</h3>
            <VerdictBadge verdict={document.verdict} />
            <CertaintyBadge confidence={document.confidence} />
            <span className="hint">{t.document.pagesFrom(document.firstPage, document.lastPage)}</span>
          </div>
          <Codes title={t.document.gaps} codes={document.gaps} />
          <Codes title={t.document.findings} codes={document.findings} />
          {document.fields.length === 0 ? (
            <Empty>{t.document.noFields}</Empty>
          ) : (
            <ul className="fields">
              {fields
                .filter(({ id }) => id.startsWith(`${String(document.index)}-`))
                .map((field) => (
                  <Field key={field.id} {...props} field={field} />
                ))}
            </ul>
          )}
        </section>
      ))}
    </>
  );
}

function Field(props: {
  readonly field: PlacedField;
  readonly activeId: string | undefined;
  readonly onActive: (id: string | undefined) => void;
  readonly onChoose: (field: PlacedField) => void;
}) {
  const { t } = useTexts();
  const { field, activeId, onActive, onChoose } = props;
  const button = useRef<HTMLButtonElement>(null);
  const isActive = field.id === activeId;
  useEffect(() => {
    if (isActive) button.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  const shown = field.normalised === '' ? field.value : field.normalised;
  const isSame = field.value === field.normalised || field.normalised === '';
  return (
    <li>
      <button
        ref={button}
        type="button"
        className={shown.length > longFrom ? 'field long' : 'field'}
        data-field-name={field.name}
        aria-pressed={isActive}
        onPointerEnter={() => {
          onActive(field.id);
        }}
        onPointerLeave={() => {
          onActive(undefined);
        }}
        onFocus={() => {
          onActive(field.id);
        }}
        onClick={() => {
          onChoose(field);
        }}
      >
        <span className="field-name">{wordsOf(field.name)}</span>
        <span className="field-value">{shown}</span>
        <CertaintyBadge confidence={field.confidence} />
        {!isSame && (
          <span className="field-original">
            {t.document.original}: {field.value}
          </span>
        )}
      </button>
    </li>
  );
}

function Codes({ title, codes }: { readonly title: string; readonly codes: readonly string[] }) {
  if (codes.length === 0) return null;
  return (
    <div className="codes">
      <h4>{title}</h4>
      <ul>
        {codes.map((code) => (
          <li key={code} title={code}>
            {wordsOf(code)}
          </li>
        ))}
      </ul>
    </div>
  );
}
