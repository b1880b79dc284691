export { score, scoreTable, type Labelled, type Rates, type Score, type Values } from './score.ts';
