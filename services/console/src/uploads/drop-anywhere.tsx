import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { sendFiles } from './uploads.ts';

/** Takes files that are dropped anywhere on the page, sends them, and shows them on their way. */
export function DropAnywhere({ children }: { readonly children: ReactNode }) {
  const { t } = useTexts();
  const { credential } = useApi();
  const navigate = useNavigate();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      // Inside of the page, the pointer only goes from one element to another.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      sendFiles([...(event.dataTransfer?.files ?? [])], credential);
      void navigate({ to: '/home' });
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [credential, navigate]);
  return (
    <>
      {children}
      {isOver && <div className="drop-now">{t.home.dropNow}</div>}
    </>
  );
}
