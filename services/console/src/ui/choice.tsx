import { useId } from 'react';

export interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly text: string;
}

/** A labelled list of which one is chosen: the browser's own, which phones show well. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly ChoiceOption<Value>[];
  readonly onChange: (value: Value) => void;
  /** Whether it is what somebody comes for. */
  readonly hasFocus?: boolean;
  readonly isDisabled?: boolean;
}) {
  const id = useId();
  const { label, value, options, onChange, hasFocus = false, isDisabled = false } = props;
  return (
    <span className="control">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        autoFocus={hasFocus}
        disabled={isDisabled}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  );
}
