/*
 * A program with a file in its window that can be dragged out of it, as from a file manager. The file is named by
 * DRAG_FILE. It stands at the upper left corner of the screen.
 */
const { app, BrowserWindow, ipcMain, nativeImage } = require('electron');

const PAGE = `<body style="margin:0;background:#888"><div draggable="true" style="width:100%;height:100vh"></div>
<script>
  document.querySelector('div').addEventListener('dragstart', (event) => {
    event.preventDefault();
    require('electron').ipcRenderer.send('drag');
  });
</script>`;
const SIZE = 16;

ipcMain.on('drag', (event) => {
  const icon = nativeImage.createFromBitmap(Buffer.alloc(SIZE * SIZE * 4, 255), {
    width: SIZE,
    height: SIZE,
  });
  event.sender.startDrag({ file: process.env.DRAG_FILE, icon });
});

void app.whenReady().then(() => {
  const window = new BrowserWindow({
    title: 'Drag source',
    x: 0,
    y: 0,
    width: 60,
    height: 60,
    frame: false,
    webPreferences: { nodeIntegration: true, contextIsolation: false, sandbox: false },
  });
  return window.loadURL(`data:text/html,${encodeURIComponent(PAGE)}`);
});
