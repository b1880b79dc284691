import type { ClassFacts, ReviewedDocument } from '@docfleet/client';
import { wordsOf } from '../model/format.ts';
import type { ReviewedRow, ReviewPlace } from '../model/review-types.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';

/** The rows of one table of a document, each cell a line that can be typed over. */
export function RowsTable(props: {
  readonly document: ReviewedDocument;
  readonly group: ClassFacts['tables'][number];
  readonly isLocked: boolean;
  readonly texts: Readonly<Record<string, string>>;
  readonly onText: (id: string, text: string | undefined) => void;
  readonly onCell: (row: number, column: string, text: string) => void;
  readonly onRemove: (row: number) => void;
  readonly onAdd: () => void;
  readonly onPlace: (place: ReviewPlace) => void;
}) {
  const { t } = useTexts();
  const { document, group, isLocked, texts, onText, onCell, onRemove, onAdd, onPlace } = props;
  const title = t.review.rowsOf(wordsOf(group.name));
  const rows = document.rows.filter((row) => row.group === group.name);
  return (
    <section className="work-rows">
      <div className="section-header">
        <h4>{title}</h4>
        <Button look="quiet" isDisabled={isLocked} onPress={onAdd}>
          {t.review.addRow}
        </Button>
      </div>
      {rows.length > 0 && (
        <div className="table-scroll" role="region" aria-label={title} tabIndex={0}>
          <table>
            <caption className="hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{t.review.row}</th>
                {group.columns.map(({ name }) => (
                  <th key={name} scope="col">
                    {wordsOf(name)}
                  </th>
                ))}
                <th scope="col">{t.actions}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr
                  key={row.id}
                  onFocus={() => {
                    onPlace(row.provenance);
                  }}
                >
                  <th scope="row">{row.id}</th>
                  {row.state === 'removed' ? (
                    <td colSpan={group.columns.length}>
                      <Badge tone="idle" text={t.review.stateOf.removed} />
                    </td>
                  ) : (
                    group.columns.map(({ name }) => (
                      <td key={name}>
                        <Cell
                          {...{ row, isLocked, texts, onText }}
                          id={`${String(document.index)}/rows/${String(row.id)}/${name}`}
                          column={name}
                          onStore={(text) => {
                            onCell(row.id, name, text);
                          }}
                        />
                      </td>
                    ))
                  )}
                  <td>
                    {row.state !== 'removed' && (
                      <Button
                        look="quiet"
                        aria-label={t.review.removeRow(row.id)}
                        isDisabled={isLocked}
                        onPress={() => {
                          onRemove(row.id);
                        }}
                      >
                        ×
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Cell(props: {
  readonly id: string;
  readonly row: ReviewedRow;
  readonly column: string;
  readonly isLocked: boolean;
  readonly texts: Readonly<Record<string, string>>;
  readonly onText: (id: string, text: string | undefined) => void;
  readonly onStore: (text: string) => void;
}) {
  const { t } = useTexts();
  const { id, row, column, isLocked, texts, onText, onStore } = props;
  const stored = row.cells[column] ?? '';
  const text = texts[id] ?? stored;
  const finish = (): void => {
    if (texts[id] === undefined) return;
    onText(id, undefined);
    if (text !== stored) onStore(text);
  };
  return (
    <input
      className="cell"
      aria-label={t.review.cellOf(wordsOf(column), row.id)}
      value={text}
      readOnly={isLocked}
      size={Math.max(4, Math.min(24, text.length))}
      autoComplete="off"
      spellCheck={false}
      onChange={({ target }) => {
        onText(id, target.value);
      }}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.preventDefault();
          finish();
        } else if (event.key === 'Escape') {
          event.preventDefault();
          onText(id, undefined);
        }
      }}
    />
  );
}
