// Whether a person sits on a two-wheeler, by their boxes.
import { area, type Box } from "./box.ts";

/** How well a person's box sits on a two-wheeler's, 0–1; 0 when it does not. */
export function seat(person: Box, vehicle: Box): number {
  const width = Math.min(person.x2, vehicle.x2) - Math.max(person.x1, vehicle.x1);
  const height = Math.min(person.y2, vehicle.y2) - Math.max(person.y1, vehicle.y1);
  if (width <= 0 || height <= 0) return 0;
  const vehicleHeight = vehicle.y2 - vehicle.y1;
  const middle = (person.x1 + person.x2) / 2;
  const slack = 0.2 * (vehicle.x2 - vehicle.x1);
  if (middle < vehicle.x1 - slack || middle > vehicle.x2 + slack) return 0;
  // A rider's feet hang above the tyres' lowest point and below the saddle; their head is above the vehicle.
  if (person.y2 > vehicle.y2 + 0.15 * vehicleHeight || person.y2 < vehicle.y1 + 0.2 * vehicleHeight) return 0;
  if (person.y1 > vehicle.y1 + 0.3 * vehicleHeight) return 0;
  const aside = Math.abs(middle - (vehicle.x1 + vehicle.x2) / 2) / (vehicle.x2 - vehicle.x1);
  return ((width * height) / Math.min(area(person), area(vehicle))) * (1 - 0.5 * aside);
}
