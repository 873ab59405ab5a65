import { ApiError } from '../../../cloud/api-error';
import { Cloud } from '../../../cloud/cloud';
import { site } from '../../../cloud/site';
import type { WireRequest, WireResponse } from '../../../cloud/wire';

const FILES = new Map([['index.yaml', Buffer.from('entries')]]);
const charts = site('https://charts.example/stable', FILES);

const request = (path: string, method = 'GET'): WireRequest => ({
  method,
  host: 'charts.example',
  path,
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.alloc(0),
});
const ask = (path: string, method?: string): WireResponse =>
  charts.recognise(request(path, method)).answer(new Cloud({}), 'id');

describe('site', () => {
  test('[L3] answers on its own host alone', () => {
    expect(charts.serves('charts.example')).toBe(true);
    expect(charts.serves('www.charts.example')).toBe(false);
    expect(charts.serves('example')).toBe(false);
  });

  test('[L3] gives its files as they are', () => {
    expect(ask('/stable/index.yaml')).toMatchObject({ status: 200, body: FILES.get('index.yaml') });
  });

  test.each(['/stable/other', '/index.yaml', '/stable/', '/stable/../index.yaml'])(
    '[L3] has nothing at %s, and says so in words',
    (path) => {
      expect(() => ask(path)).toThrow(`There is no ${path} on charts.example.`);
      expect(charts.refuse(new ApiError('NoSuchFile', 'no', 404), 'id')).toMatchObject({ status: 404, body: 'no' });
    },
  );

  test('[L3] is only read', () => {
    expect(() => ask('/stable/index.yaml', 'PUT')).toThrow('charts.example is only read.');
  });
});
