/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/__tests__/**/*.test.ts',
    '<rootDir>/app/test/**/*.test.ts',
    '<rootDir>/rehearsal/test/**/*.test.ts',
  ],
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/.rehearsal'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  reporters: ['default', '<rootDir>/jest-closing-line.js'],
  // Jest's own count leaves one core out, which is half of a small machine.
  maxWorkers: '100%',
  // A test is over when it is: this only ends one that hangs, on a machine with other things to do.
  testTimeout: 60_000,
};
