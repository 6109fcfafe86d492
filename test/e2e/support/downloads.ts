import type { World } from './world';

/** Lets the next download go to a file instead of asking where, and tells when it is there. */
export async function downloadTo(
  { stage }: World,
  file: string,
  start: () => Promise<void>,
): Promise<string> {
  const done = stage.app.evaluate(
    ({ BrowserWindow }, path) =>
      new Promise<string>((resolve) => {
        BrowserWindow.getAllWindows()[0]?.webContents.session.once('will-download', (_event, item) => {
          item.setSavePath(path);
          item.once('done', (_done, state) => resolve(`${state} ${item.getFilename()}`));
        });
      }),
    file,
  );
  await start();
  return done;
}
