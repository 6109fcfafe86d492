/** What every call of the bench asks. */
export const QUESTION = 'What are the key risk factors for our industry?';
