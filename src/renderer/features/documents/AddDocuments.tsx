import { Button } from '@mantine/core';
import { IconFilePlus } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { DOCUMENT_MAX_BYTES } from '../../../contract';
import { format } from '../../ui';
import classes from './documents.module.css';
import { ACCEPT } from './kinds';

/** What may be added, in words. */
export const LIMITS = `Text, Markdown, PDF or DOCX, at most ${format.bytes(DOCUMENT_MAX_BYTES)} each.`;

interface AddDocumentsProps {
  onFiles: (files: Iterable<File>) => void;
  children?: ReactNode;
}

/** A button that opens the file picker. */
export function AddDocuments({ onFiles, children = 'Add documents' }: AddDocumentsProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept={ACCEPT}
        tabIndex={-1}
        aria-label="Choose documents"
        className="visually-hidden"
        onChange={(event) => {
          onFiles(event.currentTarget.files ?? []);
          // The same file may be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <Button leftSection={<IconFilePlus aria-hidden size={16} />} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Takes files that are dropped anywhere on the page, and shows while they are held over it. */
export function DropArea({ onFiles }: Pick<AddDocumentsProps, 'onFiles'>) {
  const [over, setOver] = useState(false);
  const onDrop = useRef(onFiles);
  onDrop.current = onFiles;

  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const hold = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      onDrop.current(event.dataTransfer?.files ?? []);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: hold, drop } as const;
    for (const [name, listener] of Object.entries(listeners)) {
      window.addEventListener(name, listener as EventListener);
    }
    return () => {
      for (const [name, listener] of Object.entries(listeners)) {
        window.removeEventListener(name, listener as EventListener);
      }
    };
  }, []);

  return (
    <div className={classes.drop} data-over={over}>
      <IconFilePlus aria-hidden size={18} stroke={1.7} />
      <span>
        <strong>{over ? 'Drop the files to add them.' : 'Drop files anywhere on this page.'}</strong> {LIMITS}{' '}
        They are encrypted and read on this machine.
      </span>
    </div>
  );
}
