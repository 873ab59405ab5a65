/** Jest reporter: one closing line with the counts of the whole run, for whoever reads a log by machine. */
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    // A suite that could not even be loaded has no failed test of its own, and is a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    console.log(`${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
};
