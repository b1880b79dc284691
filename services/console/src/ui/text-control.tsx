import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';

/** A labelled line of text. */
export function TextControl({
  label,
  hint,
  placeholder,
  ...props
}: Omit<TextFieldProps, 'className' | 'children'> & {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
}) {
  return (
    <TextField {...props} className="control">
      <Label>{label}</Label>
      <Input {...(placeholder === undefined ? {} : { placeholder })} />
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
    </TextField>
  );
}
