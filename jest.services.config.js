/** @type {import('jest').Config} The tests that need Redis and MariaDB on the PATH: `npm run test:services`. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/app/test/**/*.services.ts'],
  // A server is started and stalled by some of them; two at a time is what two cores carry.
  maxWorkers: 2,
  testTimeout: 60_000,
};
