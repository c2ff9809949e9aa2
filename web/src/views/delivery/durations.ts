/** The parts of a delivery, as the reports call them. */
export const durations = ["deliver", "prepare", "ride", "returns"] as const;
export type Duration = (typeof durations)[number];

export function durationOf(name: string | undefined): Duration {
  return durations.find((one) => one === name) ?? "deliver";
}
