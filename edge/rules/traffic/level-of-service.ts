// Passenger car units and the level of service of a lane.

/** Passenger car units of a vehicle in a Vietnamese street (TCXDVN 104:2007, the middles of its ranges). */
const PCU: Readonly<Record<string, number>> = {
  bicycle: 0.2,
  motorcycle: 0.3,
  car: 1,
  truck: 2.25,
  bus: 2.75,
};

export function pcuOf(className: string): number {
  return PCU[className] ?? 1;
}

/** Upper limits of A–E, passenger cars per kilometre and lane (Highway Capacity Manual 2010, exhibit 11-5); beyond is F. */
const LIMITS = [
  ["A", 7],
  ["B", 11],
  ["C", 16],
  ["D", 22],
  ["E", 28],
] as const;

export function levelOfService(pcuPerKm: number): "A" | "B" | "C" | "D" | "E" | "F" {
  return LIMITS.find(([, limit]) => pcuPerKm <= limit)?.[0] ?? "F";
}
