/** Of every route that needs the token. */
export const refusals = { 401: 'no token, or a wrong one', 429: 'too many wrong tokens' };
