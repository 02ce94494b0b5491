// A small font for icons: capitals and digits as the strokes of a pen, so that they are smooth at every size. Four units
// wide and six high, with y downward; a stroke runs through its points, by lines (`x,y`) or by curves (`cx,cy;x,y`, a
// quadratic Bézier with its control point), and `|` lifts the pen.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const glyphWidth = 4;
export const glyphHeight = 6;

const bowl = '0,6 0,0 2.2,0 4,0;4,1.7 4,3.4;2.2,3.4 0,3.4';
const ring = '2,0 0,0;0,3 0,6;2,6 4,6;4,3 4,0;2,0';

const strokes: Readonly<Record<string, string>> = {
  A: '0,6 2,0 4,6|.67,4 3.33,4',
  B: '0,2.9 2,2.9 3.7,2.9;3.7,1.45 3.7,0;2,0 0,0 0,6 2.1,6 4,6;4,4.45 4,2.9;2.1,2.9',
  C: '4,1.5 3.6,0;2.1,0 0,0;0,3 0,6;2.1,6 3.6,6;4,4.5',
  D: '0,0 0,6 1.6,6 4,6;4,3 4,0;1.6,0 0,0',
  E: '3.7,0 .1,0 .1,6 3.7,6|.1,3 3.2,3',
  F: '3.8,0 .2,0 .2,6|.2,3 3.2,3',
  G: '4,1.5 3.6,0;2.1,0 0,0;0,3 0,6;2.1,6 4,6;4,4 4,3.2 2.3,3.2',
  H: '0,0 0,6|4,0 4,6|0,3 4,3',
  I: '.8,0 3.2,0|2,0 2,6|.8,6 3.2,6',
  J: '3.4,0 3.4,4.2 3.4,6;1.9,6 .6,6;.4,4.6',
  K: '.1,0 .1,6|3.9,0 .1,3.6|1.5,2.3 4,6',
  L: '.3,0 .3,6 3.8,6',
  M: '-.2,6 -.2,0 2,3.6 4.2,0 4.2,6',
  N: '0,6 0,0 4,6 4,0',
  O: ring,
  P: bowl,
  Q: `${ring}|2.5,4.4 4.1,6.3`,
  R: `${bowl}|2,3.4 4,6`,
  S: '3.8,1.4 3.5,0;2,0 .2,0;.2,1.5 .2,2.7;2,2.95 3.9,3.2;3.9,4.5 3.9,6;2,6 .3,6;.1,4.5',
  T: '0,0 4,0|2,0 2,6',
  U: '0,0 0,4 0,6;2,6 4,6;4,4 4,0',
  V: '0,0 2,6 4,0',
  W: '-.5,0 .8,6 2,1.6 3.2,6 4.5,0',
  X: '0,0 4,6|4,0 0,6',
  Y: '0,0 2,3.1 4,0|2,3.1 2,6',
  Z: '0,0 4,0 0,6 4,6',
  0: '2,0 .2,0;.2,3 .2,6;2,6 3.8,6;3.8,3 3.8,0;2,0|1.5,3.8 2.5,2.2',
  1: '.7,1.3 2.1,0 2.1,6|.8,6 3.4,6',
  2: '.2,1.6 .3,0;2,0 3.8,0;3.8,1.7 3.8,2.8;2.6,3.8 0,6 4,6',
  3: '.2,1.3 .5,0;2,0 3.6,0;3.6,1.5 3.6,2.9;1.7,2.9 3.9,2.9;3.9,4.45 3.9,6;2,6 .3,6;0,4.6',
  4: '2.9,6 2.9,0 0,4.3 4,4.3',
  5: '3.6,0 .5,0 .3,2.7 1,2.3;2,2.3 3.9,2.3;3.9,4.1 3.9,6;1.9,6 .5,6;.1,4.7',
  6: '3.4,.5 3,0;2.2,0 .1,0;.1,3.8 .1,6;2,6 3.9,6;3.9,4.1 3.9,2.3;2,2.3 .3,2.3;.1,4',
  7: '0,0 4,0 1.5,6',
  8: '2,2.85 .4,2.85;.4,1.42 .4,0;2,0 3.6,0;3.6,1.42 3.6,2.85;2,2.85 .1,2.85;.1,4.4 .1,6;2,6 3.9,6;3.9,4.4 3.9,2.85;2,2.85',
  9: '.6,5.5 1,6;1.8,6 3.9,6;3.9,2.2 3.9,0;2,0 .1,0;.1,1.9 .1,3.7;2,3.7 3.7,3.7;3.9,2',
};

/** So many straight pieces make a curve: at a thousand pixels no corner of them is seen. */
const piecesOfCurve = 16;

/** The strokes of a capital or digit as lists of points to join; undefined for all other characters. */
export function glyphOf(character: string): Point[][] | undefined {
  const path = Object.hasOwn(strokes, character) ? strokes[character] : undefined;
  return path?.split('|').map(pointsOf);
}

function pointsOf(stroke: string): Point[] {
  const points: Point[] = [];
  for (const step of stroke.split(' ')) {
    const [first, second] = step.split(';').map(pointOf);
    const from = points.at(-1);
    if (second && from) points.push(...curve(from, first!, second));
    else points.push(first!);
  }
  return points;
}

function pointOf(text: string): Point {
  const [x, y] = text.split(',').map(Number);
  return { x: x!, y: y! };
}

function curve(from: Point, control: Point, to: Point): Point[] {
  return Array.from({ length: piecesOfCurve }, (_, index) => {
    const t = (index + 1) / piecesOfCurve;
    const at = (axis: 'x' | 'y') =>
      (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * control[axis] + t ** 2 * to[axis];
    return { x: at('x'), y: at('y') };
  });
}
