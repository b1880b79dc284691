export { doubtOf } from './doubt.ts';
export type { Expectations } from './expectations.ts';
export { judgeRun, type JudgedRun } from './judge.ts';
export { judgedDocuments, type JudgedDocument } from './judged-document.ts';
export {
  approvedWithoutPerson,
  isApprovedWithoutPerson,
  largestAmount,
  needsPerson,
  needsTwoPeople,
  reasonsFor,
} from './needs-person.ts';
