/** Planted faults: ranges and zones. */
import { at } from '../altered';
import { refuses } from './planted';

refuses('ranges and zones', [
  [
    'N1',
    'a range that is none',
    (e) => {
      e.network.serviceCidr = '172.21.0.0';
    },
    /network\.serviceCidr \(172\.21\.0\.0\) is no IPv4 range/,
  ],
  [
    'N1',
    'a range that starts in the middle of itself',
    (e) => {
      e.network.serviceCidr = '172.21.0.1/20';
    },
    /network\.serviceCidr \(172\.21\.0\.1\/20\) is no IPv4 range/,
  ],
  [
    'N1',
    'a public range',
    (e) => {
      e.network.serviceCidr = '8.8.0.0/20';
    },
    /network\.serviceCidr \(8\.8\.0\.0\/20\) must lie in a private range; choose one in 10\.0\.0\.0\/8/,
  ],
  [
    'N1',
    'a service range that is too small',
    (e) => {
      e.network.serviceCidr = '172.21.0.0/25';
    },
    /network\.serviceCidr \(172\.21\.0\.0\/25\) must have a prefix from \/12 to \/24/,
  ],
  [
    'N1',
    'a vSwitch that is too big',
    (e) => {
      at(e.network.zones, 0).podCidr = '10.16.0.0/15';
    },
    /network\.zones\[0\]\.podCidr .* must have a prefix from \/16 to \/29/,
  ],
  [
    'N1',
    'a vSwitch outside of the VPC',
    (e) => {
      at(e.network.zones, 2).podCidr = '10.31.0.0/19';
    },
    /network\.zones\[2\]\.podCidr \(10\.31\.0\.0\/19\) lies outside of network\.cidr \(10\.30\.0\.0\/16\)/,
  ],
  [
    'N1',
    'two vSwitches that overlap',
    (e) => {
      at(e.network.zones, 1).podCidr = '10.30.64.0/20';
    },
    /zones\[1\]\.podCidr \(10\.30\.64\.0\/20\) overlaps network\.zones\[0\]\.podCidr \(10\.30\.64\.0\/19\); 10\.30\.16\.0\/20 is free/,
  ],
  [
    'N1',
    'Services in the range of the VPC',
    (e) => {
      e.network.serviceCidr = '10.30.240.0/20';
    },
    /network\.serviceCidr \(10\.30\.240\.0\/20\) overlaps network\.cidr/,
  ],
  [
    'N1',
    'a zone of another region',
    (e) => {
      at(e.network.zones, 1).id = 'cn-beijing-h';
    },
    /network\.zones\[1\]\.id \(cn-beijing-h\) is no zone of the region cn-hangzhou; its zones are cn-hangzhou-a/,
  ],
  [
    'N1',
    'a zone twice',
    (e) => {
      at(e.network.zones, 1).id = 'cn-hangzhou-h';
    },
    /network\.zones \(.*\) names cn-hangzhou-h more than once/,
  ],
  [
    'N1',
    'too few addresses for the nodes',
    (e) => {
      at(e.network.zones, 0).nodeCidr = '10.30.0.0/28';
    },
    /network\.zones\[0\]\.nodeCidr \(10\.30\.0\.0\/28\) has 12 addresses and this zone's share at most nodes is 29 nodes .*; make it \/26/,
  ],
  [
    'N1',
    'too few addresses for the pods',
    (e) => {
      at(e.network.zones, 0).podCidr = '10.30.64.0/25';
    },
    /network\.zones\[0\]\.podCidr \(10\.30\.64\.0\/25\) has 124 addresses .* is 225 pods; make it \/24/,
  ],
  [
    'N2',
    'a NAT gateway in a foreign zone',
    (e) => {
      e.network.natZone = 'cn-hangzhou-k';
    },
    /network\.natZone \(cn-hangzhou-k\) is none of network\.zones/,
  ],
  [
    'N2',
    'more egress than an address carries',
    (e) => {
      e.network.egressBandwidthMbps = 201;
    },
    /network\.egressBandwidthMbps \(201\).*from 1 to 200; more comes with a second address/,
  ],
  [
    'N2',
    'no egress',
    (e) => {
      e.network.egressBandwidthMbps = 0;
    },
    /network\.egressBandwidthMbps \(0\).*from 1 to 200/,
  ],

  [
    'N1',
    'a zone with two letters',
    (e) => {
      at(e.network.zones, 1).id = 'cn-hangzhou-ii';
    },
    /network\.zones\[1\]\.id \(cn-hangzhou-ii\) is no zone of the region cn-hangzhou/,
  ],
  [
    'N1',
    'an overlap that only the last part of the VPC can resolve',
    (e) => {
      at(e.network.zones, 0).podCidr = '10.30.64.0/18';
      at(e.network.zones, 1).podCidr = '10.30.64.0/18';
      at(e.network.zones, 2).podCidr = '10.30.128.0/18';
    },
    /overlaps network\.zones\[0\]\.podCidr \(10\.30\.64\.0\/18\); 10\.30\.192\.0\/18 is free/,
  ],
  [
    'N1',
    'an overlap that nothing in the VPC can resolve',
    (e) => {
      at(e.network.zones, 0).podCidr = '10.30.128.0/17';
      at(e.network.zones, 1).podCidr = '10.30.128.0/17';
      at(e.network.zones, 2).podCidr = '10.30.96.0/19';
    },
    /overlaps network\.zones\[0\]\.podCidr \(10\.30\.128\.0\/17\); make both smaller/,
  ],
]);
