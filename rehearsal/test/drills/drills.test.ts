import { courseOf } from '../../drills/course';
import { faults } from '../../drills/faults';
import { interrupts } from '../../drills/interrupts';
import { kills } from '../../drills/kill';
import type { KnownLoss } from '../../drills/known-losses';
import { judge, KNOWN_LOSSES } from '../../drills/known-losses';
import { readOptions } from '../../drills/options';
import { Seeded } from '../../drills/seeded';
import { below } from '../../processes';

const call = (product: string, action: string) => ({ at: 0, product, action, parameters: {}, status: 200 });

const course = courseOf(
  [
    call('Vpc', 'CreateVpc'),
    call('Vpc', 'DescribeVpcs'),
    call('Vpc', 'CreateVSwitch'),
    call('Oss', 'PutObject'),
    call('Vpc', 'CreateVSwitch'),
    call('Kms', 'CreateKey'),
    call('Kms', 'CreateAlias'),
  ],
  new Map([
    ['VPC', 'alicloud_vpc'],
    ['KMS key', 'alicloud_kms_key'],
  ]),
);

describe('the course of an apply', () => {
  test('[L3] counts the calls of the provider, and not those that keep the state', () => {
    expect(course).toMatchObject({ calls: 6, changes: 5 });
  });

  test('[L3] lists each changing action once, with how often it is called', () => {
    expect(course.actions.map(({ action, times }) => [action, times])).toEqual([
      ['CreateVpc', 1],
      ['CreateVSwitch', 2],
      ['CreateKey', 1],
      ['CreateAlias', 1],
    ]);
  });

  test('[L3] tells the calls that were refused from those that did their work', () => {
    const busy = { ...call('Vpc', 'CreateSnatEntry'), code: 'IncorrectStatus.NatGateway' };
    const never = { ...call('Kms', 'TagResource'), code: 'NotFound' };
    const { actions } = courseOf([busy, call('Vpc', 'CreateSnatEntry'), never], new Map());
    expect(actions).toEqual([{ product: 'Vpc', action: 'CreateSnatEntry', times: 2, done: [1] }]);
  });
});

describe('the scenarios', () => {
  const names = (seed: number): readonly string[] => faults(course, new Seeded(seed)).map(({ name }) => name);

  test('[L3] lose the answer of every changing action', () => {
    const lost = names(1).filter((name) => name.startsWith('drop '));
    expect(lost.map((name) => name.split(' ')[1])).toEqual(['CreateVpc', 'CreateVSwitch', 'CreateKey', 'CreateAlias']);
  });

  test('[L3] plant each other fault at some, chosen by the seed', () => {
    const chosen = (seed: number): string =>
      names(seed)
        .filter((name) => !name.startsWith('drop '))
        .join();
    expect(names(1).filter((name) => name.startsWith('throttle '))).toHaveLength(3);
    expect(names(1).filter((name) => name.startsWith('server-error '))).toHaveLength(3);
    expect(names(1).filter((name) => name.startsWith('latency '))).toHaveLength(2);
    expect(chosen(1)).toBe(chosen(1));
    expect(new Set([1, 2, 3, 4, 5].map(chosen)).size).toBeGreaterThan(1);
  });

  test('[L3] hold back what is provisioned, and nothing that is there at once', () => {
    expect(names(1).filter((name) => name.startsWith('stays'))).toEqual(['stays Creating: VPC']);
  });

  test('[L3] interrupt by both signals in turn, at ten moments where there are so many calls', () => {
    const found = interrupts({ ...course, calls: 100 }, new Seeded(1)).map(({ name }) => name.split(' ')[0]);
    expect(found).toEqual(Array.from({ length: 5 }, () => ['SIGINT', 'SIGTERM']).flat());
  });

  test('[L3] kill at changes, the last one included', () => {
    const found = kills(course, new Seeded(1)).map(({ name }) => name);
    expect(found).toEqual([1, 2, 3, 4, 5].map((at) => `kill -9 at change ${at} of 5`));
  });
});

describe('the table of known losses', () => {
  const table: readonly KnownLoss[] = [
    { resource: 'alicloud_kms_key', action: 'CreateKey', forms: ['duplicate'], reason: 'no client token' },
  ];

  test('[L3] lets a loss pass that it has', () => {
    expect(judge('CreateKey', 'duplicate', '', table)).toBeUndefined();
    expect(judge('CreateVpc', undefined, '', table)).toBeUndefined();
  });

  test.each([
    ['a loss that it does not have', 'CreateVpc', 'duplicate', /CreateVpc: a loss that is not in KNOWN_LOSSES.*vpc-1/],
    ['a loss of another form', 'CreateKey', 'refused', /KNOWN_LOSSES says duplicate, and it was refused: vpc-1/],
    ['a row that is no loss any more', 'CreateKey', undefined, /CreateKey is no loss any more .*take its row out/],
  ] as const)('[L3] fails %s', (_, action, seen, message) => {
    expect(judge(action, seen, 'vpc-1', table)).toMatch(message);
  });

  test('[L3] has each action once', () => {
    const actions = KNOWN_LOSSES.map(({ action }) => action);
    expect(new Set(actions).size).toBe(actions.length);
  });
});

describe('the command line', () => {
  const read = (...words: readonly string[]) => readOptions(words, ['dev', 'prod'], 42);

  test('[L3] asks for every drill of the quick stacks where it says nothing', () => {
    expect(read('dev')).toEqual({
      environment: 'dev',
      drills: ['faults', 'interrupts', 'kill'],
      seed: 42,
      stacks: ['foundation', 'network'],
      workers: 2,
    });
  });

  test('[L3] takes a drill, a seed, the stacks and the scenarios', () => {
    expect(read('prod', 'kill', '--seed', '7', '--stacks', 'all', '--workers', '3', '--only', 'change 4')).toEqual({
      environment: 'prod',
      drills: ['kill'],
      seed: 7,
      stacks: ['foundation', 'network', 'data', 'cluster'],
      workers: 3,
      only: 'change 4',
    });
  });

  test.each([
    [[], /nothing is no environment, which are dev, prod; npm run drill/],
    [['dev', 'fire'], /fire is no drill, which are faults, interrupts, kill/],
    [['dev', '--seed', 'x'], /--seed is a whole number up to 999999999, not x/],
    [['dev', '--stacks', 'edge'], /edge is no stack, which are foundation/],
  ])('[L3] refuses %j with what it may be', (words, message) => {
    expect(() => read(...words)).toThrow(message);
  });
});

test('[L3] below a process are its children and theirs, and no one else', () => {
  const all = [
    { pid: 2, parent: 1 },
    { pid: 3, parent: 2 },
    { pid: 4, parent: 3 },
    { pid: 5, parent: 1 },
  ];
  expect(below(2, all)).toEqual([3, 4]);
});
