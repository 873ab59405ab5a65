import { preflight, type Machine } from '../../kubernetes/preflight';

const GOOD: Machine = {
  find: (command) => `/bin/${command}`,
  platform: 'linux_amd64',
  isRoot: true,
  canIsolate: () => true,
  freeMemory: 8e9,
  takenRanges: () => [],
  hasOverlay: true,
};
const FOLDER = '/root/.cache/bailian-gateway/kubernetes';

describe('preflight', () => {
  test('[L3] lets a machine pass that has everything', () => {
    expect(() => {
      preflight(GOOD, FOLDER);
    }).not.toThrow();
  });

  test.each<[string, Partial<Machine>, RegExp]>([
    ['another system', { platform: 'darwin_arm64' }, /this is darwin_arm64; use a Linux machine/],
    ['no root', { isRoot: false }, /run it as root/],
    [
      'no ip',
      { find: (command) => (command === 'ip' ? undefined : command) },
      /ip is not on the PATH; on Debian: apt-get install iproute2/,
    ],
    ['no right to namespaces', { canIsolate: () => false }, /capabilities SYS_ADMIN and NET_ADMIN/],
    ['no overlay', { hasOverlay: false }, /modprobe overlay/],
    [
      'addresses that are in use',
      { takenRanges: () => ['10.96.0.0/16 (10.0.0.0/8 is routed to eth0)'] },
      /10\.0\.0\.0\/8 is routed to eth0\); free them/,
    ],
    ['too little memory', { freeMemory: 1e9 }, /1\.0 GB of memory are free and 4 GB are wanted/],
  ])('[L3] refuses %s, says the way out, and that another cluster will do', (_, lack, message) => {
    const check = (): void => {
      preflight({ ...GOOD, ...lack }, FOLDER);
    };
    expect(check).toThrow(message);
    expect(check).toThrow(/or name a cluster of your own: --kubeconfig FILE, or REHEARSAL_KUBECONFIG/);
  });

  test('[L3] says every fault at once', () => {
    expect(() => {
      preflight({ ...GOOD, hasOverlay: false, freeMemory: 1e9 }, FOLDER);
    }).toThrow(/overlay[^]*memory/);
  });

  test.each(['/var/cache/x', '/etc/x', '/run/x'])(
    '[L3] refuses the folder %s, which a node would not see',
    (folder) => {
      expect(() => {
        preflight(GOOD, folder);
      }).toThrow(/must not be in \/var, \/etc or \/run; set BAILIAN_GATEWAY_CACHE/);
    },
  );

  test('[L3] tries no namespace as long as what that takes is missing', () => {
    let tried = 0;
    const canIsolate = (): boolean => {
      tried += 1;
      return false;
    };
    expect(() => {
      preflight({ ...GOOD, isRoot: false, canIsolate }, FOLDER);
    }).toThrow(/root/);
    expect(tried).toBe(0);
  });
});
