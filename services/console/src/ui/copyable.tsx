import { useState } from 'react';
import { useTexts } from '../strings/strings.ts';
import { Button } from './button.tsx';

/** Text that is used elsewhere, with a button that copies it. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTexts();
  const [isCopied, setCopied] = useState(false);
  return (
    <span className="copyable">
      <code>{text}</code>
      <Button
        look="quiet"
        aria-label={`${t.copy}: ${label}`}
        onPress={() => {
          void navigator.clipboard.writeText(text).then(() => {
            setCopied(true);
          });
        }}
      >
        {isCopied ? t.copied : t.copy}
      </Button>
    </span>
  );
}
