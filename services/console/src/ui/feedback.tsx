import { ApiError, UnreachableError } from '@docfleet/client';
import type { ReactNode } from 'react';
import { useTexts } from '../strings/strings.ts';
import { Button } from './button.tsx';

export function Loading() {
  const { t } = useTexts();
  return (
    <p className="loading" role="status">
      {t.loading} …
    </p>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** What went wrong, and what can be done about it. */
export function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTexts();
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{t.problem.title}.</strong> {useProblemText()(error)}
      </p>
      {onRetry !== undefined && <Button onPress={onRetry}>{t.retry}</Button>}
    </div>
  );
}

/** A sentence about an error of a call. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTexts();
  return (error) => {
    if (error instanceof UnreachableError) return t.away;
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
    if (error.status === 404) return t.problem.notFound;
    if (error.status === 403) return t.problem.forbidden;
    return `${error.message} (${error.code})`;
  };
}

/** Text that a person waits for: screen readers say it when it changes. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <p className="notice" role="status">
      {children}
    </p>
  );
}
