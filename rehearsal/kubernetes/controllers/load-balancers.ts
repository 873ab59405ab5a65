/** Gives each Service of type LoadBalancer an address, under which kube-proxy of every node takes what comes. */
import ipaddr from 'ipaddr.js';
import type { KubernetesApi, KubernetesObject } from '../api';
import { NETWORK } from '../layout';
import type { Controller } from './main';

interface Service extends KubernetesObject {
  readonly spec: { readonly type: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

const addressOf = ({ status }: Service): string | undefined => status.loadBalancer.ingress?.[0]?.ip;

export class LoadBalancers implements Controller {
  readonly name = 'load balancers';

  constructor(private readonly api: KubernetesApi) {}

  async reconcile(): Promise<void> {
    const services = await this.api.list<Service>('/api/v1/services');
    const balanced = services.filter(({ spec }) => spec.type === 'LoadBalancer');
    const taken = new Set(balanced.map(addressOf).filter((address) => address !== undefined));
    for (const service of balanced.filter((each) => addressOf(each) === undefined)) {
      const address = firstFree(NETWORK.loadBalancers, taken);
      taken.add(address);
      const { name, namespace = 'default' } = service.metadata;
      await this.api.must(
        'PATCH',
        `/api/v1/namespaces/${namespace}/services/${name}/status`,
        { status: { loadBalancer: { ingress: [{ ip: address, ipMode: 'VIP' }] } } },
        'merge',
      );
      console.log(`${namespace}/${name} has ${address}`);
    }
  }
}

/** The first address of a range that is not taken; its ends are not given out. @throws Error when all are taken */
export function firstFree(range: string, taken: ReadonlySet<string>): string {
  const first = ipaddr.IPv4.networkAddressFromCIDR(range).toByteArray();
  const last = ipaddr.IPv4.broadcastAddressFromCIDR(range).toByteArray();
  const numberOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  for (let number = numberOf(first) + 1; number < numberOf(last); number += 1) {
    const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
    if (!taken.has(address)) return address;
  }
  throw new Error(`every address of ${range} is taken`);
}
