export { ClassFileError, readDocumentClasses } from './classes.ts';
