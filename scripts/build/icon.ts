import { crc32, deflateSync } from 'node:zlib';

/**
 * The extension's icon, drawn: a gate whose bar is a check mark. Drawing it keeps a binary file out of the repository
 * and gives both sizes from one description. Shapes are in a unit square, y downwards.
 */
type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

const GROUND: Colour = [23, 43, 77];
const POSTS: Colour = [240, 244, 250];
const CHECK: Colour = [54, 179, 126];

const POST_STROKES: readonly (readonly Point[])[] = [
  [
    [0.2, 0.84],
    [0.2, 0.36],
    [0.5, 0.16],
    [0.8, 0.36],
    [0.8, 0.84],
  ],
];
const CHECK_STROKE: readonly Point[] = [
  [0.34, 0.58],
  [0.46, 0.71],
  [0.68, 0.44],
];
/** Samples per pixel and axis: enough for smooth edges at 32 pixels. */
const SAMPLES = 4;

/** A PNG (8 bit, RGBA) of `size` × `size` pixels. */
export function drawIcon(size: number): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 4);
    for (let x = 0; x < size; x++) row.set(pixel(x, y, size), 1 + x * 4);
    rows.push(row);
  }
  return png(size, Buffer.concat(rows));
}

function pixel(x: number, y: number, size: number): readonly number[] {
  const sum = [0, 0, 0, 0];
  for (let sx = 0; sx < SAMPLES; sx++) {
    for (let sy = 0; sy < SAMPLES; sy++) {
      const colour = colourAt([(x + (sx + 0.5) / SAMPLES) / size, (y + (sy + 0.5) / SAMPLES) / size]);
      if (colour === undefined) continue;
      for (const [index, part] of colour.entries()) sum[index] = (sum[index] ?? 0) + part;
      sum[3] = (sum[3] ?? 0) + 1;
    }
  }
  const [red = 0, green = 0, blue = 0, hits = 0] = sum;
  if (hits === 0) return [0, 0, 0, 0];
  return [red / hits, green / hits, blue / hits, (hits / SAMPLES ** 2) * 255].map(Math.round);
}

function colourAt(point: Point): Colour | undefined {
  if (outsideRoundedSquare(point, 0.18)) return undefined;
  if (distanceToPath(point, CHECK_STROKE) < 0.055) return CHECK;
  if (POST_STROKES.some((stroke) => distanceToPath(point, stroke) < 0.05)) return POSTS;
  return GROUND;
}

function outsideRoundedSquare([x, y]: Point, radius: number): boolean {
  const dx = Math.max(0, Math.abs(x - 0.5) - (0.5 - radius));
  const dy = Math.max(0, Math.abs(y - 0.5) - (0.5 - radius));
  return Math.hypot(dx, dy) > radius;
}

function distanceToPath(point: Point, path: readonly Point[]): number {
  let least = Infinity;
  for (const [index, from] of path.entries()) {
    const to = path[index + 1];
    if (to !== undefined) least = Math.min(least, distanceToSegment(point, from, to));
  }
  return least;
}

function distanceToSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
function png(size: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(pixels, { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
