import { createRoot } from 'react-dom/client';

const root = document.querySelector('#root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(<h1>Empty</h1>);
