import { ipcRenderer } from 'electron';

const ORIGIN = 'app://console';

// The page gets message ports to the engine, and nothing else of Electron.
ipcRenderer.on('riscura:port', (event) => {
  window.postMessage({ type: 'riscura:port' }, ORIGIN, event.ports);
});

// By then the page's own script has run and listens.
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send('riscura:connect'));
