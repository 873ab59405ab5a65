/** The steps that every scenario is made of: apply, be disturbed, settle, and vanish. */
import type { ChildProcess } from 'node:child_process';
import type { RecordedCall } from '../cloud/recorder';
import type { StateResource, Terraform } from '../terraform';
import type { Stage } from './stage';

export interface Attempt {
  readonly passed: boolean;
  /** The codes of the cloud's refusals; the headings of Terraform's errors where there are none. */
  readonly errors: readonly string[];
}

/** What Terraform prints at an error, what the provider prints of the cloud's refusal, and colours. */
const HEADING = /^[│╷ ]*Error: (.+)$/;
const CODE = /^[│ ]*Code: ([A-Za-z][\w.]+)/;
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Runs Terraform, whether it passes or not. */
export async function attempt(
  terraform: Terraform,
  parameters: readonly string[],
  onStart?: (child: ChildProcess) => void,
): Promise<Attempt> {
  const headings = new Set<string>();
  const codes = new Set<string>();
  const { code } = await terraform.run([...parameters, '-input=false', '-no-color'], {
    onLine: (raw) => {
      const line = raw.replace(COLOUR, '');
      const [heading, refusal] = [HEADING.exec(line)?.[1], CODE.exec(line)?.[1]];
      if (heading !== undefined) headings.add(heading);
      if (refusal !== undefined) codes.add(refusal);
    },
    ...(onStart && { onStart }),
  });
  return { passed: code === 0, errors: [...(codes.size > 0 ? codes : headings)] };
}

export const apply = (terraform: Terraform, onStart?: (child: ChildProcess) => void): Promise<Attempt> =>
  attempt(terraform, ['apply', '-auto-approve'], onStart);

/** What an apply is disturbed with: called once, at the chosen call, with the process of Terraform. */
export interface Disturbance {
  /** Which calls count. */
  readonly counts: (call: RecordedCall) => boolean;
  /** The number of the call, from 1. */
  readonly at: number;
  readonly strike: (pid: number) => void;
}

/** Applies, and strikes when the chosen call has been done and is not yet answered. @returns whether it came to that */
export async function applyDisturbed(
  stage: Stage,
  terraform: Terraform,
  { counts, at, strike }: Disturbance,
): Promise<Attempt & { readonly struck: boolean }> {
  let pid: number | undefined;
  let seen = 0;
  let struck = false;
  const stop = stage.double.router.recorder.listen((call) => {
    if (!counts(call)) return;
    seen += 1;
    if (seen !== at || pid === undefined) return;
    struck = true;
    strike(pid);
  });
  try {
    const attempted = await apply(terraform, (child) => {
      pid = child.pid;
    });
    return { ...attempted, struck };
  } finally {
    stop();
  }
}

export interface Settled {
  readonly resources: readonly StateResource[];
  /** What is not as it should be; empty when all is. */
  readonly faults: readonly string[];
}

/** After the last apply: the plan is empty, and the cloud holds what the states hold, one for one. */
export async function settle(stage: Stage, terraform: Terraform): Promise<Settled> {
  const changes = await terraform.changes();
  const resources = await terraform.resources();
  return {
    resources,
    faults: [
      ...changes.map(({ address, actions }) => `the plan would ${actions.join('/')} ${address}`),
      ...stage.disagreements(resources),
    ],
  };
}

/** Destroys, and finds nothing left. */
export async function vanish(stage: Stage, terraform: Terraform): Promise<readonly string[]> {
  const { passed, errors } = await attempt(terraform, ['destroy', '-auto-approve']);
  const left = await terraform.resources();
  return [
    ...(passed ? [] : [`the destroy failed: ${errors.join(', ')}`]),
    ...left.map(({ address }) => `the destroy left ${address} in the state`),
    ...stage.disagreements(left),
  ];
}
