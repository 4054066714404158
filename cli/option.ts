// Values of command-line options, checked where they are read.
import { InvalidArgumentError } from "commander";

/** A parser for whole numbers within a range, both ends included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`${text} is not a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
