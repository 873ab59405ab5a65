/** The gate as a whole: what is shipped passes, and whatever is wrong is told at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { checked, environments, faultsOf, podAddresses, utcWindow } from '../../environments';
import { dev } from '../../environments/dev';
import { prod } from '../../environments/prod';
import { staging } from '../../environments/staging';
import { altered, at } from './altered';

describe('The environments', () => {
  test('[N1] are development, staging and production, and nothing is wrong with them', () => {
    expect(environments).toEqual([dev, staging, prod]);
    expect(faultsOf(environments)).toEqual([]);
  });

  test('[N1] tell every fault of every environment in one error', () => {
    const faulty = [
      altered(dev, (draft) => {
        draft.kms.deletionWindowDays = 1;
        draft.workload.minAvailable = 2;
      }),
      staging,
      altered(prod, (draft) => {
        draft.protection.data = false;
      }),
    ];
    let message = '';
    try {
      checked(faulty);
    } catch (error) {
      message = String(error);
    }
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^Error: 3 faults in environments\/, nothing was synthesized:$/),
      expect.stringMatching(/^ {2}- dev: kms\.deletionWindowDays \(1\)/),
      expect.stringMatching(/^ {2}- dev: workload\.minAvailable \(2\) must be below profile\.replicas\.min \(2\)/),
      expect.stringMatching(/^ {2}- prod: protection\.data \(false\)/),
    ]);
  });

  test('[N1] count a single fault as one', () => {
    const faulty = altered(dev, (draft) => {
      draft.kms.deletionWindowDays = 1;
    });
    expect(() => checked([faulty])).toThrow(/^1 fault in environments\//);
  });

  test('[N9] allow development what production may not: one zone, one pod, one node, a public API server', () => {
    const least = altered(dev, (draft) => {
      draft.profile.replicas.min = 1;
      draft.workload.minAvailable = 0;
    });
    expect(least.network.zones).toHaveLength(1);
    expect(least.cluster.publicApiServer).toBe(true);
    expect(faultsOf([least])).toEqual([]);
  });

  test('[N1] know the zones of a region whose id ends in a number', () => {
    const singapore = altered(dev, (draft) => {
      draft.region = 'ap-southeast-1';
      at(draft.network.zones, 0).id = 'ap-southeast-1a';
    });
    expect(faultsOf([singapore])).toEqual([]);
  });

  test('[M7] never repeat a webhook that was put where its variable belongs', () => {
    const leaking = altered(prod, (draft) => {
      at(draft.alarms.contacts, 0).dingTalkWebhookVariable = 'https://oapi.example.com/robot/send?access_token=s3cret';
    });
    expect(faultsOf([leaking])).toEqual([
      expect.stringMatching(/dingTalkWebhookVariable must be the name of a Terraform/),
    ]);
    expect(faultsOf([leaking]).join()).not.toContain('s3cret');
  });

  test('[N1] are judged whatever is written into them: a check reports, it never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.double(), (text, number) => {
        const odd = altered(prod, (draft) => {
          draft.name = text;
          draft.region = text;
          draft.network.cidr = text;
          draft.network.natZone = text;
          at(draft.network.zones, 0).podCidr = text;
          draft.cluster.workloadPool.maxNodes = number;
          draft.workload.timeouts.drain = number;
          draft.profile.requests.cpuMillis = number;
          draft.database.backupWindow.startHourUtc = number;
        });
        expect(faultsOf([odd]).length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('Environments beside each other', () => {
  const copy = altered(prod, (draft) => {
    draft.name = 'live';
    draft.account.id = '1000000000000009';
    draft.state.bucket = 'bailian-gateway-live-state';
    draft.state.lockInstance = 'bgw-live-lock';
    draft.network.cidr = '10.40.0.0/16';
    draft.network.zones = draft.network.zones.map((zone) => ({
      ...zone,
      nodeCidr: zone.nodeCidr.replace('10.30', '10.40'),
      podCidr: zone.podCidr.replace('10.30', '10.40'),
    }));
  });

  test('[N4] may be alike in everything but name, account, state and range', () => {
    expect(faultsOf([prod, copy])).toEqual([]);
  });

  test('[N4] have names of their own', () => {
    const twin = altered(copy, (draft) => {
      draft.name = 'prod';
    });
    expect(faultsOf([prod, twin])).toEqual([
      expect.stringMatching(/^prod: name \(prod\) is the name of another .*; rename one$/),
    ]);
  });

  test('[N4] have buckets of their own', () => {
    const twin = altered(copy, (draft) => {
      draft.state.bucket = prod.state.bucket;
    });
    expect(faultsOf([prod, twin])).toEqual([
      expect.stringMatching(/^live: state\.bucket \(.*\) is the bucket of prod too/),
    ]);
  });

  test('[N4] have lock instances of their own in a region', () => {
    const twin = altered(copy, (draft) => {
      draft.state.lockInstance = prod.state.lockInstance;
    });
    expect(faultsOf([prod, twin])).toEqual([
      expect.stringMatching(/^live: state\.lockInstance \(.*\) is the lock of prod too/),
    ]);
  });

  test('[N1] have ranges apart, so that they can be peered later', () => {
    const twin = altered(copy, (draft) => {
      draft.network = structuredClone(prod.network);
    });
    expect(faultsOf([prod, twin])).toEqual([
      expect.stringMatching(/^live: network\.cidr \(10\.30\.0\.0\/16\) overlaps that of prod \(10\.30\.0\.0\/16\)/),
    ]);
  });

  test('[N7] name a KMS instance each, where they share account and region', () => {
    const sharing = altered(copy, (draft) => {
      draft.account.id = prod.account.id;
    });
    const named = (environment: typeof prod, instanceId: string) =>
      altered(environment, (draft) => {
        draft.kms.instanceId = instanceId;
      });
    expect(faultsOf([prod, sharing])).toEqual([
      expect.stringMatching(/kms\.instanceId \(none\) must be named in prod and live/),
    ]);
    expect(faultsOf([prod, named(sharing, 'kst-live')])).toEqual([
      expect.stringMatching(/kms\.instanceId \(kst-live\) must be named in prod, because prod and live share account/),
    ]);
    expect(faultsOf([named(prod, 'kst-prod'), named(sharing, 'kst-live')])).toEqual([]);
  });
});

describe('The name of an environment', () => {
  /** Every TypeScript file below a folder. */
  const sources = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));

  test('[N9] is compared nowhere outside of environments/: rules hang on fields', () => {
    const root = join(__dirname, '../..');
    const files = [join(root, 'main.ts'), ...[join(root, 'constructs'), join(root, 'stacks')].flatMap(sources)];
    const comparison = /environment\.name\s*[!=]==?|[!=]==?\s*environment\.name|switch\s*\(\s*environment\.name/;
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => comparison.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

describe('The words of a plan', () => {
  test('[D1] write a window as the data services want it, past midnight too', () => {
    expect(utcWindow({ startHourUtc: 2, hours: 1 })).toBe('02:00Z-03:00Z');
    expect(utcWindow({ startHourUtc: 23, hours: 3 })).toBe('23:00Z-02:00Z');
  });

  test("[C2] leave a node's first interface to the node", () => {
    expect(podAddresses({ vcpus: 4, memoryGiB: 8, networkInterfaces: 4, addressesPerInterface: 15 })).toBe(45);
  });
});
