/** XML as OSS speaks it: no attributes, every value text. */
import { XMLParser } from 'fast-xml-parser';
import { ApiError } from '../../api-error';
import type { WireResponse } from '../../wire';

/** An element: its text, or its children by name; a name that stands more than once has a list. */
export type Xml = string | readonly Xml[] | { readonly [name: string]: Xml };

const parser = new XMLParser({ ignoreAttributes: true, ignoreDeclaration: true, parseTagValue: false });

/** The children of that name: none, one or many. */
export function childrenOf(element: Xml | undefined, name: string): readonly Xml[] {
  if (element === undefined || typeof element === 'string' || isList(element)) return [];
  const child = element[name];
  if (child === undefined) return [];
  return isList(child) ? child : [child];
}

/** `Array.isArray` does not narrow a readonly list. */
const isList = (value: Xml): value is readonly Xml[] => Array.isArray(value);

export const childOf = (element: Xml | undefined, name: string): Xml | undefined => childrenOf(element, name)[0];

/** The text at the end of a path of names. */
export function textAt(element: Xml | undefined, ...path: readonly string[]): string | undefined {
  const found = path.reduce((at: Xml | undefined, name) => childOf(at, name), element);
  return typeof found === 'string' ? found : undefined;
}

/** Reads a body whose root element has that name. @throws ApiError `MalformedXML` */
export function readXml(body: Buffer | string, root: string): Xml {
  try {
    const document: unknown = parser.parse(body.toString());
    if (isElement(document) && root in document) return document[root] ?? '';
  } catch {
    // As malformed as a root of another name.
  }
  throw new ApiError('MalformedXML', `The XML you provided was not well-formed, or is no ${root}.`);
}

/** What the parser makes of a document: text, lists and objects of them. */
const isElement = (value: unknown): value is { readonly [name: string]: Xml } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const writeXml = (root: string, content: Xml): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${elementsOf(root, content)}`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function elementsOf(name: string, content: Xml): string {
  if (isList(content)) return content.map((item) => elementsOf(name, item)).join('');
  const inner =
    typeof content === 'string'
      ? content.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
      : Object.entries(content)
          .map(([child, value]) => elementsOf(child, value))
          .join('');
  return `<${name}>${inner}</${name}>`;
}

export const xmlAnswer = (body: string, status = 200): WireResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body,
});

export const emptyAnswer = (status = 200, headers: Readonly<Record<string, string>> = {}): WireResponse => ({
  status,
  headers,
  body: '',
});
