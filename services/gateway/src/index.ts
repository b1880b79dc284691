export { gatewaySettings, type GatewaySettings } from './config.ts';
export { artifactNames, type ArtifactName } from './core/artifacts.ts';
export { jobPageSchema, jobSchema, jobSummarySchema, type Job, type JobSummary } from './core/job.ts';
export { apiDocument } from './api-document.ts';
export { problemSchema, type Problem } from './core/problem.ts';
export { jsonSubmission, submissionOptions, type SubmissionOptions } from './core/submission.ts';
export { runGateway } from './run-gateway.ts';
