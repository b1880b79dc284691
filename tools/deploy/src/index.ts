export { deploy, deployTopics, describePlan, type DeployOptions } from './deploy.ts';
export { topicSpecs } from './topic-specs.ts';
