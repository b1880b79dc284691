import { stageNames } from '@docfleet/domain';

/** The stages that every document passes. That of review has only those that wait for a person, for as long as it takes. */
export const workStages = stageNames.filter((stage) => stage !== 'review');
