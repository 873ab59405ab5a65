/** A site that is not Alibaba Cloud's and that clients of the double reach through it: files at an address, to be read. */
import { ApiError } from './api-error';
import type { Product } from './product';

/**
 * @param address where it is, such as `https://charts.example/stable`
 * @param files its files, by their names below the address
 */
export function site(address: string, files: ReadonlyMap<string, Buffer>): Product {
  const { host, pathname } = new URL(address);
  const base = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return {
    name: host,
    serves: (asked) => asked === host,
    recognise: ({ method, path }) => {
      const content = path.startsWith(base) ? files.get(decodeURIComponent(path.slice(base.length))) : undefined;
      if (content === undefined) throw new ApiError('NoSuchFile', `There is no ${path} on ${host}.`, 404);
      if (method !== 'GET' && method !== 'HEAD') throw new ApiError('ReadOnly', `${host} is only read.`, 405);
      return {
        action: `GET ${path}`,
        parameters: {},
        answer: () => ({ status: 200, headers: { 'content-type': 'application/octet-stream' }, body: content }),
      };
    },
    refuse: ({ status, message }) => ({ status, headers: { 'content-type': 'text/plain' }, body: message }),
  };
}
