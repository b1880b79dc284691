/** What can be made of the words of a run, by file name. */
export const renditions = ['words.json', 'words.hocr', 'words.alto.xml', 'searchable.pdf'] as const;
export type Rendition = (typeof renditions)[number];
