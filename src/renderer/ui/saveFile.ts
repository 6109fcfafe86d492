let last: string | null = null;

/**
 * Hands a text to the person as a file; where it goes, they are asked. A browser fetches it when it comes to that, so
 * its address is good until the next file.
 */
export function saveFile(name: string, type: string, pieces: readonly string[]): void {
  if (last !== null) URL.revokeObjectURL(last);
  last = URL.createObjectURL(new Blob([...pieces], { type }));
  const link = document.createElement('a');
  link.href = last;
  link.download = name;
  link.click();
}
