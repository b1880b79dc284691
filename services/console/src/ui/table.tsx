import type { ReactNode } from 'react';
import { Empty } from './feedback.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand to the right, `short` texts on one line; `wide` columns are left out on a phone. */
  readonly kind?: 'number' | 'short' | 'wide';
}

/** A plain table. The first column names the row. */
export function Table<Row>(props: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly empty: string;
}) {
  const { caption, columns, rows, keyOf, empty } = props;
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <div className="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ id, header, kind }) => (
              <th key={id} scope="col" className={kind}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, cell, kind }, index) =>
                index === 0 ? (
                  <th key={id} scope="row" className={kind}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} className={kind}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
