import { useState, type ComponentProps } from 'react';
import { Button } from './button.tsx';
import { Confirmation } from './dialog.tsx';

/** A button that asks before something is done. */
export function AskedButton({
  label,
  name,
  ...question
}: Omit<ComponentProps<typeof Confirmation>, 'onClose'> & {
  readonly label: string;
  /** What screen readers say instead of the label, where several of them stand on a page. */
  readonly name?: string;
}) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button
        {...(name === undefined ? {} : { 'aria-label': name })}
        onPress={() => {
          setAsked(true);
        }}
      >
        {label}
      </Button>
      {isAsked && (
        <Confirmation
          {...question}
          onClose={() => {
            setAsked(false);
          }}
        />
      )}
    </>
  );
}
