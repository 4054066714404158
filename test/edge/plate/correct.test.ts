// The grammar of plates: what fits as it is, what is corrected, what is left alone.
import { describe, expect, test } from "vitest";
import { correct } from "../../../edge/plate/correct.ts";
import { formsOf } from "../../../edge/plate/form.ts";
import { MERGED_ON, provinceName, provinceOf } from "../../../edge/plate/province.ts";

describe("the grammar of plates", () => {
  test.each<[string, number | undefined, string, string]>([
    ["61A12345", undefined, "car", "61A-123.45"],
    ["61A12345", 4, "motorcycle", "61A1-2345"],
    ["51F1234", undefined, "car", "51F-1234"],
    ["59E112903", 4, "motorcycle", "59E1-129.03"],
    ["29MD112345", 5, "motorcycle", "29MĐ1-123.45"],
    ["29LD12345", 4, "motorcycle", "29LD-123.45"],
    ["80011NG01", undefined, "diplomatic", "80-011-NG-01"],
    ["51NG16633", undefined, "diplomatic", "51NG-166.33"],
    ["TM1234", undefined, "army", "TM 12-34"],
  ])("%s (line break %s) is a %s's and written %s", (text, firstLine, kind, display) => {
    const [form] = formsOf(text, firstLine);
    expect(form?.kind).toBe(kind);
    expect(form?.write(text)).toBe(display);
  });

  test.each<[string, string, string | undefined]>([
    ["a letter at a digit's place", "6IA12345", "61A12345"],
    ["a digit at a letter's place", "29012345", "29D12345"],
    ["two corrections", "6IA1234S", "61A12345"],
    ["three are too many", "6IAI2B45", undefined],
    ["a code that nobody has", "13A12345", undefined],
    ["a letter that no series has", "61I12345", undefined],
    ["a Slovak plate", "RK099AN", undefined],
    ["a Brazilian plate", "BZM2227", undefined],
  ])("%s", (_, read, corrected) => {
    expect(correct(read)?.text).toBe(corrected);
  });

  test("the place after a motorcycle's first letter is never corrected", () => {
    // S5 at that place: both are right, so what was read stays.
    expect(correct("59ES12903", 4)?.text).toBe("59ES12903");
    expect(correct("59E512903", 4)?.text).toBe("59E512903");
    expect(correct("59EI12903", 4)).toBeUndefined();
  });

  test("a code names the province of its day", () => {
    const province = provinceOf("61");
    if (province === undefined) throw new Error("61 is in use");
    expect(provinceName(province, "2025-06-30")).toBe("Bình Dương");
    expect(provinceName(province, MERGED_ON)).toBe("Thành phố Hồ Chí Minh");
  });

  test("81 codes are in use, the eight that never were are not", () => {
    const codes = Array.from({ length: 100 }, (_, code) => String(code)).filter((code) => provinceOf(code));
    const unused = ["13", "42", "44", "45", "46", "87", "91", "96"];
    expect(codes.filter((code) => unused.includes(code))).toEqual([]);
    expect(codes).toHaveLength(81);
  });
});
