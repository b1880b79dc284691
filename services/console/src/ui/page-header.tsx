import { useEffect, type ReactNode } from 'react';
import { useTexts } from '../strings/strings.ts';

/** Heading of a view, which also names the page in the browser. */
export function PageHeader({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const { t } = useTexts();
  useEffect(() => {
    document.title = `${title} · ${t.product}`;
  }, [title, t]);
  return (
    <div className="page-header">
      <h1>{title}</h1>
      {children !== undefined && <div className="page-actions">{children}</div>}
    </div>
  );
}
