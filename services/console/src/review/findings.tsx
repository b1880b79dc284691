import type { ReviewedDocument } from '@docfleet/client';
import { wordsOf } from '../model/format.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';

/** What the rules of the class say of the values as they are now. */
export function Findings(props: {
  readonly document: ReviewedDocument;
  readonly onField: (field: string) => void;
}) {
  const { t } = useTexts();
  const { document, onField } = props;
  const { findings } = document;
  return (
    <div className="work-findings">
      <h3>{t.review.findings}</h3>
      {findings.length === 0 ? (
        <p className="hint">{t.review.noFindings}</p>
      ) : (
        <ul>
          {findings.map(({ code, severity, fields, message }) => (
            <li key={`${code} ${fields.join(' ')}`} className={severity} title={code}>
              {message}
              {fields.map((field) => (
                <Button
                  key={field}
                  look="quiet"
                  onPress={() => {
                    onField(field);
                  }}
                >
                  {wordsOf(field)}
                </Button>
              ))}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
