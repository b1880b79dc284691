export { exampleOf, readAvroFolder, type AvroType, type NamedType } from './avro.ts';
export { ClassFileError, parseDocumentClass, readDocumentClasses } from './classes.ts';
export { readModelFolder } from './models.ts';
export { parseTopics, TopicsFileError, type TopicsFile } from './topics.ts';
