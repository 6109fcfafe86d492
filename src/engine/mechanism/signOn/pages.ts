/**
 * A page for the browser that a sign-in went through: words alone, no script, no style, nothing to load.
 * @param title and words are ours; nothing of a request or a provider goes into a page
 */
export function page(title: string, words: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><h1>${title}</h1><p>${words}</p></body>
</html>
`;
}
