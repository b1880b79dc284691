export { aclServices, allAcls, aclsOf, describeAcl, type AclService } from './acls.ts';
export { deployAcls } from './deploy-acls.ts';
export { deploy, type DeployOptions } from './deploy.ts';
export { deployTopics, describePlan } from './deploy-topics.ts';
export { topicSpecs } from './topic-specs.ts';
