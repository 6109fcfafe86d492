/** Where every page loads it from, before anything else. */
export const TRUSTED_TYPES_PATH = '/trusted-types.js';

/**
 * The only way by which text becomes part of a page: text without a tag. That is what the interface's own style
 * sheets and character references are; markup that came in with an answer or a document stops here, whoever
 * would have inserted it. There is no way for scripts and their addresses. Browsers that do not know trusted types
 * have the rest of the policy.
 */
export const TRUSTED_TYPES_SCRIPT = `globalThis.trustedTypes?.createPolicy('default', {
  createHTML: (text) => {
    if (text.includes('<')) throw new TypeError('markup is not inserted as text');
    return text;
  },
  createScript: () => {
    throw new TypeError('text is not run');
  },
  createScriptURL: () => {
    throw new TypeError('no script is loaded by its address');
  },
});
`;

const HEAD = '<head>';

/** The policy for text that would become markup is there before any script of the page. */
export function withTrustedTypes(page: string): string {
  return page.replace(HEAD, `${HEAD}<script src="${TRUSTED_TYPES_PATH}"></script>`);
}
