/** The data folder. Paths are relative to it, with `/`; a path that would leave it is refused. */
export interface Files {
  /** The absolute path, for a database driver. */
  absolute(path: string): string;
  exists(path: string): Promise<boolean>;
  read(path: string): Promise<Uint8Array>;
  /** Writes a new file: to a temporary name, flushed, renamed, folder flushed. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Appends to a file of a piecewise upload; answers the size it then has. */
  append(path: string, bytes: Uint8Array): Promise<number>;
  /** Makes a file so long, of bytes that take room on the disk and mean nothing; 0 gives all of them back. */
  resize(path: string, bytes: number): Promise<void>;
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all in it; answers how much that was. Nothing there is fine. */
  remove(path: string): Promise<{ files: number; bytes: number }>;
  /** Names in a folder; empty when it is not there. */
  list(path: string): Promise<string[]>;
  /** Bytes of a file or of all files in a folder; 0 when it is not there. */
  size(path: string): Promise<number>;
  /** SHA-256 of a file in hexadecimal, read as a stream. */
  sha256(path: string): Promise<string>;
  /** Bytes free on the volume for an ordinary user. */
  free(): Promise<number>;
}
