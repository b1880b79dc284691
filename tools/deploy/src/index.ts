export { deploy, type DeployOptions } from './deploy.ts';
export { deployTopics, describePlan } from './deploy-topics.ts';
export { topicSpecs } from './topic-specs.ts';
