import { StackClock } from '../../stack-clock';

const APPLIED = /Apply complete! Resources: (\d+) added, (\d+) changed/;
const DESTROYED = /Destroy complete! Resources: (\d+) destroyed/;

/** Feeds lines, each at its second. */
function read(done: RegExp, lines: readonly (readonly [second: number, line: string])[]): StackClock {
  let second = 0;
  const clock = new StackClock(done, () => second * 1000);
  for (const [at, line] of lines) {
    second = at;
    clock.read(line);
  }
  return clock;
}

describe('the stack clock', () => {
  test('[L3] times two stacks that cdktf deploys at once, each by its own lines', () => {
    // As cdktf 0.21 prints them: a name before the first line of a piece, and its width of blanks before the others.
    const clock = read(APPLIED, [
      [0, 'dev-data  Initializing the backend...'],
      [0, '          Initializing provider plugins...'],
      [2, 'dev-network  Initializing the backend...'],
      [3, 'dev-data  terraform_data.two: Creating...'],
      [3, '          terraform_data.two: Creation complete after 0s [id=7dc98269-5ff8-7f08-fac7-36ae9e846ac8]'],
      [4, 'dev-network  ╷'],
      [4, '             │ Warning: Unable to open CLI configuration file'],
      [4, '             ╵'],
      [4, '             Plan: 2 to add, 0 to change, 0 to destroy.'],
      [4, '             terraform_data.one: Creating...'],
      [5, 'dev-data  terraform_data.one: Creation complete after 2s [id=929b03af-e6d9-0d3c-0d38-6c560d0f35f0]'],
      [5, 'dev-data  Apply complete! Resources: 2 added, 0 changed, 0 destroyed.'],
      [6, 'dev-network  terraform_data.one: Creation complete after 3s [id=d2a5a342-6744-37cd-4fe8-577b87ac80f7]'],
      [7, '             Apply complete! Resources: 1 added, 3 changed, 0 destroyed.'],
      [7, 'No outputs found.'],
    ]);
    expect(clock.finished()).toEqual([
      { stack: 'dev-data', resources: 2, seconds: 5 },
      { stack: 'dev-network', resources: 4, seconds: 5 },
    ]);
  });

  test('[L3] times a destroy, whose last line stands under the name', () => {
    const clock = read(DESTROYED, [
      [1, 'dev-network  terraform_data.one: Refreshing state... [id=d2a5a342-6744-37cd-4fe8-577b87ac80f7]'],
      [2, 'dev-data  terraform_data.two: Destruction complete after 1s'],
      [2, '          '],
      [2, '          Destroy complete! Resources: 2 destroyed.'],
    ]);
    expect(clock.finished()).toEqual([{ stack: 'dev-data', resources: 2, seconds: 0 }]);
  });

  test('[L3] sees through the colours and the moves of the cursor', () => {
    const clock = read(APPLIED, [
      [0, '\u001b[2K\u001b[1Gdev-network  \u001b[1mInitializing the backend...\u001b[0m'],
      [9, '\u001b[2Kdev-network  \u001b[32mApply complete! Resources: 1 added, 0 changed, 0 destroyed.\u001b[0m'],
    ]);
    expect(clock.finished()).toEqual([{ stack: 'dev-network', resources: 1, seconds: 9 }]);
  });

  test.each([
    ['what stands under no name', '          Apply complete! Resources: 2 added, 0 changed, 0 destroyed.'],
    ['another step', 'dev-data  Destroy complete! Resources: 2 destroyed.'],
    ['a sentence that begins like a name', 'deploying Apply complete! Resources: 2 added, 0 changed, 0 destroyed.'],
  ])('[L3] takes %s for no finished stack', (_, line) => {
    expect(read(APPLIED, [[0, line]]).finished()).toEqual([]);
  });
});
