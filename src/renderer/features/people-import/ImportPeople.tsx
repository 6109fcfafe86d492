import { Button, Modal } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { IMPORT_MAX_BYTES, IMPORT_MAX_LINES } from '../../../contract';
import { ErrorNotice, format, localError } from '../../ui';
import { ImportSteps } from './ImportSteps';

/** A file as it was when it was chosen: what is edited on the disk meanwhile is not what was previewed. */
async function copyOf(file: File): Promise<File> {
  if (file.size > IMPORT_MAX_BYTES) {
    throw localError(
      'FILE_REFUSED',
      `It is larger than ${format.bytes(IMPORT_MAX_BYTES)}, more than ${format.count(IMPORT_MAX_LINES)} people need.`,
    );
  }
  return new File([await file.arrayBuffer()], file.name);
}

/**
 * The button that imports people out of a CSV file, with the dialogue behind it.
 * @param onImported asks again for whatever shows people
 */
export function ImportPeople({ onImported }: { onImported: () => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<{ file: File; number: number } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [locked, setLocked] = useState(false);

  const take = async (file: File | undefined) => {
    if (!file) return;
    setProblem(null);
    try {
      const copy = await copyOf(file);
      setChosen((before) => ({ file: copy, number: (before?.number ?? 0) + 1 }));
    } catch (error) {
      setProblem(error);
    }
  };
  const close = () => {
    setChosen(null);
    setProblem(null);
    setLocked(false);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.tsv,text/csv"
        tabIndex={-1}
        aria-label="Choose a CSV file of people"
        className="visually-hidden"
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          // The same file may be chosen again, after it was corrected.
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="default"
        leftSection={<IconFileImport aria-hidden size={16} />}
        onClick={() => input.current?.click()}
      >
        Import CSV
      </Button>
      <Modal
        opened={chosen !== null || problem !== null}
        onClose={close}
        title={chosen ? `Import ${chosen.file.name}` : 'Import people'}
        size={980}
        closeOnClickOutside={false}
        closeOnEscape={!locked}
        withCloseButton={!locked}
      >
        {problem !== null && <ErrorNotice error={problem} doing="The file could not be taken." />}
        {chosen && problem === null && (
          <ImportSteps
            key={chosen.number}
            file={chosen.file}
            onReport={() => {
              setLocked(true);
              void onImported();
            }}
            onAnother={() => input.current?.click()}
            onClose={close}
          />
        )}
      </Modal>
    </>
  );
}
