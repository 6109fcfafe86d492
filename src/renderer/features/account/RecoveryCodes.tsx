import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useState } from 'react';
import classes from './account.module.css';

/** Recovery codes, once: the person says that they have kept them before they go away. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const [kept, setKept] = useState(false);
  const clipboard = useClipboard();
  return (
    <Stack gap="md">
      <Text size="sm">
        Each of these codes opens once in place of your second factor. They are shown now and never again:
        print them or keep them where your passwords are.
      </Text>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button variant="default" onClick={() => clipboard.copy(codes.join('\n'))}>
        {clipboard.copied ? 'Copied' : 'Copy all'}
      </Button>
      <Checkbox
        label="I have kept the codes"
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!kept} onClick={onKept}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
