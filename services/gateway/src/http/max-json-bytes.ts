/** Largest JSON body, in bytes: it has references, options and changes of reviews, and no documents. */
export const maxJsonBytes = 256 * 1024;
