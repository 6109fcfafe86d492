import { TextInput, type TextInputProps } from '@mantine/core';

/** A field for six digits of an app, or for a recovery code. */
export function CodeField(props: TextInputProps) {
  return (
    <TextInput
      label="Code"
      autoComplete="one-time-code"
      spellCheck={false}
      autoCapitalize="none"
      maxLength={40}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      {...props}
    />
  );
}
