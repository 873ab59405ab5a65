/** Where Model Studio answers from: a region has prices and a currency of its own. */

export const REGIONS = ['cn-beijing', 'ap-southeast-1'] as const;

export type Region = (typeof REGIONS)[number];

/** The region of an endpoint. One that names none, such as a proxy of one's own, counts as Beijing. */
export const regionOf = ({ hostname }: URL): Region =>
  hostname.startsWith('dashscope-intl.') || hostname.includes('ap-southeast-1') ? 'ap-southeast-1' : 'cn-beijing';
