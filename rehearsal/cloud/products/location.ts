/**
 * Location: which host serves a product in a region. No SDK package describes it to Node; the two models are
 * written from the API reference of Location 2015-06-12.
 */
import { rpcAction, rpcProduct } from '../rpc';

class DescribeEndpointsRequest {
  declare id?: string;
  declare serviceCode?: string;
  declare type?: string;

  static names(): Record<string, string> {
    return { id: 'Id', serviceCode: 'ServiceCode', type: 'Type' };
  }

  static types(): Record<string, unknown> {
    return { id: 'string', serviceCode: 'string', type: 'string' };
  }
}

class Endpoint {
  declare endpoint?: string;
  declare id?: string;
  declare namespace?: string;
  declare serivceCode?: string;
  declare type?: string;
  declare protocols?: Protocols;

  static names(): Record<string, string> {
    return {
      endpoint: 'Endpoint',
      id: 'Id',
      namespace: 'Namespace',
      // The misspelling is the API's own.
      serivceCode: 'SerivceCode',
      type: 'Type',
      protocols: 'Protocols',
    };
  }

  static types(): Record<string, unknown> {
    return {
      endpoint: 'string',
      id: 'string',
      namespace: 'string',
      serivceCode: 'string',
      type: 'string',
      protocols: Protocols,
    };
  }
}

class Protocols {
  declare protocols?: string[];

  static names(): Record<string, string> {
    return { protocols: 'Protocols' };
  }

  static types(): Record<string, unknown> {
    return { protocols: { type: 'array', itemType: 'string' } };
  }
}

class Endpoints {
  declare endpoint?: Endpoint[];

  static names(): Record<string, string> {
    return { endpoint: 'Endpoint' };
  }

  static types(): Record<string, unknown> {
    return { endpoint: { type: 'array', itemType: Endpoint } };
  }
}

class DescribeEndpointsResponseBody {
  declare success?: boolean;
  declare endpoints?: Endpoints;

  static names(): Record<string, string> {
    return { success: 'Success', endpoints: 'Endpoints' };
  }

  static types(): Record<string, unknown> {
    return { success: 'boolean', endpoints: Endpoints };
  }
}

/** Hosts that are not called `<service code>.<region>.aliyuncs.com`, by the service's code. */
const HOSTS: Readonly<Record<string, (region: string) => string>> = {
  acr: (region) => `cr.${region}.aliyuncs.com`,
  cms: (region) => `metrics.${region}.aliyuncs.com`,
  ims: () => 'ims.aliyuncs.com',
  oss: (region) => `oss-${region}.aliyuncs.com`,
  ots: (region) => `tablestore.${region}.aliyuncs.com`,
  redisa: (region) => `r-kvstore.${region}.aliyuncs.com`,
  // Log Service alone has its name behind the region's.
  sls: (region) => `${region}.log.aliyuncs.com`,
};

const hostOf = (serviceCode: string, region: string): string =>
  HOSTS[serviceCode]?.(region) ?? `${serviceCode}.${region}.aliyuncs.com`;

const describeEndpoints = rpcAction({
  name: 'DescribeEndpoints',
  request: DescribeEndpointsRequest,
  response: DescribeEndpointsResponseBody,
  required: ['id', 'serviceCode'],
  handle: ({ request }) => {
    const { id = '', serviceCode = '', type = 'openAPI' } = request;
    return {
      success: true,
      endpoints: {
        endpoint: [
          {
            endpoint: hostOf(serviceCode, id),
            id,
            namespace: '',
            serivceCode: serviceCode,
            type,
            protocols: { protocols: ['HTTP', 'HTTPS'] },
          },
        ],
      },
    };
  },
});

export const location = rpcProduct({
  name: 'Location',
  version: '2015-06-12',
  hosts: /^location[.-]/,
  actions: [describeEndpoints],
});
