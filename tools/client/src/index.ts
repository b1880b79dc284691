export { submitFile, waitForEnd, type ClientOptions, type Submission } from './client.ts';
export { hasEnded, refusalOf, type Job, type Refusal } from './job.ts';
