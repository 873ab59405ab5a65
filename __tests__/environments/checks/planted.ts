/** The one form of a check's proof: plant one fault into an environment that has none, and find exactly that one. */
import { faultsOf, type Environment } from '../../../environments';
import { prod } from '../../../environments/prod';
import { altered, type Alteration } from '../altered';

/** A requirement, what is wrong, how it is planted, what must be said, and where (production, unless it says so). */
export type Planted = readonly [
  requirement: string,
  wrong: string,
  plant: Alteration,
  message: RegExp,
  into?: Environment,
];

/** One test for each planted fault: it is found, it is the only one, and the message says value, bound and way out. */
export function refuses(subject: string, faults: readonly Planted[]): void {
  describe(`The checks of ${subject}`, () => {
    for (const [requirement, wrong, plant, message, into = prod] of faults) {
      test(`[${requirement}] refuse ${wrong}`, () => {
        expect(faultsOf([altered(into, plant)])).toEqual([expect.stringMatching(message)]);
      });
    }
  });
}
