/*
 * Loaded by Electron before the application (`-r`): keeps `ready` from it until Playwright is attached.
 *
 * Playwright does the same with a loader of its own, but only for an Electron that it finds itself, and that loader
 * sets some thirty switches that the console must be tested without. Unheld, the first window may be on its way
 * from the empty document to its page in the very moment in which Playwright attaches to it. Playwright then never
 * sees that navigation end and waits for ever.
 */
const { app } = require('electron');

const trulyReady = app.whenReady();
const emit = app.emit.bind(app);
let release;
const released = new Promise((resolve) => {
  release = resolve;
});
let ready = false;
let readyArguments = [];

app.isReady = () => ready;
app.whenReady = () => released;
app.emit = (event, ...given) => {
  if (event !== 'ready' || ready) return emit(event, ...given);
  readyArguments = given;
  return true;
};

/** The name under which Playwright calls its own loader when it is attached. */
globalThis.__playwright_run = async () => {
  await trulyReady;
  ready = true;
  release();
  emit('ready', ...readyArguments);
};
