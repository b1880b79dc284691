import { useState, type ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTexts } from '../strings/strings.ts';
import { Button } from './button.tsx';
import { Problem } from './feedback.tsx';
import { TextControl } from './text-control.tsx';

/** A dialog over the page. It is shown while it is rendered; Escape and a press outside close it. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isWide?: boolean;
}) {
  const { title, onClose, children, isWide = false } = props;
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className="overlay"
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={isWide ? 'modal wide' : 'modal'}>
        <AriaDialog className="dialog">
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks before something is done that cannot be undone, or that needs a reason; closes when it was done. */
export function Confirmation(props: {
  readonly title: string;
  readonly text?: string;
  readonly yes: string;
  readonly no?: string;
  readonly isDanger?: boolean;
  /** Whether a reason has to be given. */
  readonly needsReason?: boolean;
  /** What is said below the reason; by default that it stands in the audit log. */
  readonly reasonHint?: string;
  /** Whether Enter confirms at once. */
  readonly hasFocus?: boolean;
  readonly onConfirm: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  const { t } = useTexts();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const { title, text, yes, no = t.cancel, isDanger = false, needsReason = false } = props;
  const { reasonHint = t.reasonHint, hasFocus = false } = props;
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await props.onConfirm(reason.trim());
      props.onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        {text !== undefined && <p>{text}</p>}
        {props.children}
        {needsReason && (
          <TextControl
            label={t.reason}
            hint={reasonHint}
            value={reason}
            onChange={setReason}
            isRequired
            autoFocus
          />
        )}
        {error !== undefined && <Problem error={error} />}
        <div className="dialog-actions">
          <Button onPress={props.onClose}>{no}</Button>
          <Button
            type="submit"
            autoFocus={hasFocus}
            look={isDanger ? 'danger' : 'primary'}
            isDisabled={isBusy || (needsReason && reason.trim() === '')}
          >
            {yes}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A wide dialog to read, with a button that closes it. */
export function Details(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTexts();
  const { title, onClose, children } = props;
  return (
    <Dialog title={title} onClose={onClose} isWide>
      {children}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t.close}</Button>
      </div>
    </Dialog>
  );
}
