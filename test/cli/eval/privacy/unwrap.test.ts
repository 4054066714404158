// Pictures are found by how they begin, also inside a message's text.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { pictureBeginnings, unwrapped } from "../../../../cli/eval/privacy/unwrap.ts";

const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: "#846" } });

describe("unwrapped", () => {
  it.each(["jpeg", "png", "webp"] as const)(
    "gives a %s that travels as Base64 in an event",
    async (format) => {
      const encoded = await picture.clone().toFormat(format, { quality: 100 }).toBuffer();
      // Small flat pictures are short: a longer message around them would not matter.
      const still = Buffer.concat([encoded, Buffer.alloc(400)]).toString("base64");
      const found = unwrapped(Buffer.from(JSON.stringify({ data: { still } }))).flatMap(pictureBeginnings);
      const sizes = await Promise.all(found.map((one) => sharp(one, { failOn: "none" }).metadata()));
      expect(sizes).toMatchObject([{ width: 64, height: 48 }]);
    },
  );

  it("gives the bytes alone where they carry no text", () => {
    expect(unwrapped(Buffer.alloc(1000))).toHaveLength(1);
  });
});
