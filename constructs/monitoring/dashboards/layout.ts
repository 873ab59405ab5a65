/** Where panels stand: lines of 24 columns, each as high as the highest of its panels wants to be. */
import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel, Section } from './definition';

const COLUMNS = 24;
const HEADING_HEIGHT = 1;

/** Heights, in units of the grid. */
const HEIGHTS = { stat: 4, graph: 8, bars: 8, table: 7, heatmap: 9 } as const satisfies Record<Panel['kind'], number>;

/** A section with its places. */
export interface PlacedSection {
  readonly title: string;
  readonly place: GridPos;
  readonly panels: readonly { readonly panel: Panel; readonly place: GridPos }[];
}

/**
 * The sections, one below the other.
 * @throws when the panels of a section do not fill whole lines
 */
export function placed(sections: readonly Section[]): readonly PlacedSection[] {
  let y = 0;
  return sections.map(({ title, panels }) => {
    const place = { x: 0, y, w: COLUMNS, h: HEADING_HEIGHT };
    y += HEADING_HEIGHT;
    const lines = linesOf(title, panels).map((line) => {
      const h = Math.max(...line.map(({ kind }) => HEIGHTS[kind]));
      let x = 0;
      const placedLine = line.map((panel) => {
        const own = { x, y, w: panel.width, h };
        x += panel.width;
        return { panel, place: own };
      });
      y += h;
      return placedLine;
    });
    return { title, place, panels: lines.flat() };
  });
}

function linesOf(section: string, panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const lines: Panel[][] = [];
  let room = 0;
  for (const panel of panels) {
    if (room === 0) {
      lines.push([]);
      room = COLUMNS;
    }
    if (panel.width > room) {
      throw new Error(
        `${section}: ${panel.title} is ${panel.width} columns wide and its line has ${room} left; fit it`,
      );
    }
    lines.at(-1)?.push(panel);
    room -= panel.width;
  }
  if (room > 0) {
    throw new Error(`${section}: the last line has ${room} of ${COLUMNS} columns left; widen a panel of it`);
  }
  return lines;
}
