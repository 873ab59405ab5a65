import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDescription, writeDescription } from '../../../drills/kubernetes/description';
import type { StageDescription } from '../../../drills/kubernetes/description';

describe('the description of a stage', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'stage-'));
  const description: StageDescription = {
    environment: 'prod',
    process: process.pid,
    cluster: '/cluster',
    kubeconfig: '/cluster/admin.kubeconfig',
    workspace,
    namespace: 'bailian-gateway',
    gateway: 'http://10.96.0.2:8080',
    adminKey: 'sk-admin',
    inferenceKey: 'bgk-key',
    prometheus: 'http://10.96.0.3:9090',
    alertmanager: 'http://10.96.0.4:9093',
  };
  afterAll(() => {
    rmSync(workspace, { recursive: true });
  });

  test('[L3] is read as it was written, and by nobody else, since keys are in it', () => {
    const file = writeDescription(description);
    expect(readDescription(file, 'prod')).toEqual(description);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('[L3] of another environment is refused', () => {
    expect(() => readDescription(writeDescription(description), 'dev')).toThrow('is prod, and not dev');
  });

  test('[L3] of a stage whose holder has ended is refused', () => {
    // Above the highest process number that Linux gives.
    const file = writeDescription({ ...description, process: 2 ** 22 + 1 });
    expect(() => readDescription(file, 'prod')).toThrow(`the stage of ${file} is gone`);
  });
});
