// Counting people in one frame: bodies joined with faces, nobody twice.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { facesWithoutBody } from "../../../edge/detect/face-owner.ts";
import { countPeople, type PictureLook, type Seen } from "../../../edge/detect/people-count.ts";

const body = (x: number, y: number, height: number): Seen => ({
  x1: x,
  y1: y,
  x2: x + height / 2.5,
  y2: y + height,
  score: 0.8,
});
/** The face of such a body. */
const faceOf = ({ x1, x2, y1, y2 }: Seen, score: number): Seen => {
  const middle = (x1 + x2) / 2;
  const size = (y2 - y1) / 8;
  return { x1: middle - size / 2, x2: middle + size / 2, y1, y2: y1 + size, score };
};
const head = (x: number, y: number, size: number, score: number): Seen => ({
  x1: x,
  y1: y,
  x2: x + size,
  y2: y + size,
  score,
});
/** A picture 1024 pixels wide, in which larger inputs show faces that the first one does not. */
const look = (bodies: readonly Seen[], faces: readonly (readonly Seen[])[]) => {
  const asked: number[] = [];
  const picture: PictureLook = {
    side: 1024,
    bodies: () => Promise.resolve(bodies),
    faces: (side) => {
      asked.push(side);
      return Promise.resolve(faces[asked.length - 1] ?? faces.at(-1) ?? []);
    },
  };
  return { picture, asked };
};
const row = (count: number, make: (index: number) => Seen): Seen[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("who owns a face", () => {
  test("a face at the top of a body is not a second person", () => {
    const one = body(100, 100, 200);
    expect(facesWithoutBody([faceOf(one, 0.9)], [one])).toEqual([]);
  });

  test("a face at somebody's feet is somebody else's", () => {
    const one = body(100, 100, 200);
    const sitting = head(120, 260, 25, 0.9);
    expect(facesWithoutBody([faceOf(one, 0.9), sitting], [one])).toEqual([sitting]);
  });

  test("in a group whose boxes lie over each other as many faces as bodies find an owner", () => {
    // The first face fits both bodies, the second only the body that the first would take.
    const wide = { x1: 0, y1: 0, x2: 200, y2: 300, score: 0.5 };
    const narrow = { x1: 0, y1: 0, x2: 60, y2: 300, score: 0.5 };
    const left = head(20, 20, 25, 0.9);
    const right = head(150, 20, 25, 0.9);
    expect(facesWithoutBody([left, right], [wide, narrow])).toEqual([]);
  });

  test("property: never more owners than bodies, and no face is lost", () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 500 }) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 15 }), fc.array(place, { maxLength: 15 }), (at, with_) => {
        const bodies = at.map(({ x, y }) => body(x, y, 180));
        const faces = with_.map(({ x, y }) => head(x, y, 22, 0.9));
        const left = facesWithoutBody(faces, bodies);
        expect(faces.length - left.length).toBeLessThanOrEqual(bodies.length);
        expect(faces).toEqual(expect.arrayContaining(left));
      }),
    );
  });
});

describe("counting people", () => {
  test("an empty picture holds nobody, give or take one", async () => {
    const { picture } = look([], [[]]);
    expect(await countPeople(picture)).toMatchObject({ persons: 0, error: 1, count: "about" });
  });

  test("a weak face in an empty street is foliage", async () => {
    const { picture } = look([body(100, 100, 300)], [[head(700, 100, 30, 0.4)]]);
    expect((await countPeople(picture)).persons).toBe(1);
  });

  test("the same face among sixty people is the sixty-first", async () => {
    const crowd = row(60, (index) => body((index % 20) * 50, 100 + Math.floor(index / 20) * 200, 100));
    const { picture } = look(crowd, [[head(500, 700, 30, 0.4)]]);
    expect((await countPeople(picture)).persons).toBe(61);
  });

  test("larger pictures are looked at only where there is a crowd, and only until faces are large enough", async () => {
    const sparse = look(
      row(10, (index) => body(index * 90, 100, 200)),
      [[]],
    );
    await countPeople(sparse.picture);
    expect(sparse.asked).toEqual([1024]);
    const dense = look(
      row(40, (index) => body((index % 20) * 50, 100 + Math.floor(index / 20) * 200, 100)),
      [[], row(20, (index) => head(index * 50, 600, 20, 0.9))],
    );
    await countPeople(dense.picture);
    expect(dense.asked).toEqual([1024, 1536]);
  });

  test("a crowd whose faces are at the detector's end is at least so many", async () => {
    const tiny = row(60, (index) => head((index % 30) * 30, 20 + Math.floor(index / 30) * 30, 5, 0.9));
    const { picture, asked } = look([], [tiny]);
    expect(await countPeople(picture)).toMatchObject({ persons: 60, count: "at least" });
    expect(asked).toEqual([1024, 1536, 2048]);
  });
});
