/** Whether this page is a tab of a browser, and not a window of the console itself. */
export const IN_BROWSER = window.location.protocol === 'https:';
