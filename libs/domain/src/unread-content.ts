/** What of a page, or of its file, is not in the page's image, so that nothing of it can be read. */
export const unreadContents = ['damaged-picture', 'damaged-page', 'xfa-form', 'attached-document'] as const;
export type UnreadContent = (typeof unreadContents)[number];
