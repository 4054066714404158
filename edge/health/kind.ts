// What may be wrong with a camera's picture.

/** In the order in which one hides the next: a dark picture is neither blurred nor moved as far as anybody can tell. */
export const HEALTH_KINDS = ["frozen", "dark", "glare", "covered", "blurred", "moved"] as const;
export type HealthKind = (typeof HEALTH_KINDS)[number];
