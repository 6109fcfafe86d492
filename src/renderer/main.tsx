import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme/global.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { connection } from './app/api';
import { styleNonce } from './app/nonce';
import { IN_BROWSER } from './app/place';
import { keepWebLine } from './app/webLine';

if (IN_BROWSER) keepWebLine(connection);
else connection.listen(window);
// The library that locks scrolling under a dialogue reads the nonce of its style from this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
