import { useTexts } from '../strings/strings.ts';
import { Button } from './button.tsx';
import { Copyable } from './copyable.tsx';
import { Dialog } from './dialog.tsx';

/** A key or secret that the API shows once. */
export function ShownOnce(props: {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
}) {
  const { t } = useTexts();
  const { title, secret, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{t.keys.once}</p>
      <Copyable text={secret} label={title} />
      <div className="dialog-actions">
        <Button look="primary" onPress={onClose}>
          {t.close}
        </Button>
      </div>
    </Dialog>
  );
}
