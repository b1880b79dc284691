/** Something that a person can put right; the launcher prints its message without a stack and ends with its code. */
export class LaunchProblem extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}
