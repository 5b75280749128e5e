/** Tells the process that started vitest how far it is; loaded by vitest as a reporter. */
export default class ProgressReporter {
  #counts = { passed: 0, failed: 0, skipped: 0 };

  onTestCaseResult(testCase) {
    const { state } = testCase.result();
    if (state in this.#counts) this.#counts[state] += 1;
    this.#tell();
  }

  /** A file or a suite that breaks outside a test fails the run as well. */
  onTestRunEnd(testModules, unhandledErrors) {
    const broken = testModules.flatMap((module) => [module, ...module.children.allSuites()]);
    this.#counts.failed += broken.filter((part) => part.errors().length > 0).length;
    this.#counts.failed += unhandledErrors.length;
    this.#tell();
  }

  #tell() {
    process.send?.(this.#counts);
  }
}
