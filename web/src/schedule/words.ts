// A schedule as a form holds it, and as the server takes it.
import type { Schemas } from "$/api/client";

type Schedule = NonNullable<Schemas["Schedule"]>;
type Body = Schemas["ScheduleWords"];

export const periods = ["hourly", "12_hours", "daily", "weekly", "cron"] as const;
export type Period = (typeof periods)[number];

export interface Form {
  name: string;
  period: Period;
  /** HH:MM. */
  at: string;
  cron: string;
  timezone: string;
  stages: string[];
  mode: "incremental" | "full";
  catchUp: boolean;
}

export function formOf(schedule: Schedule | null, stages: readonly string[], timezone: string): Form {
  const isKnown = (word: string): word is Period => (periods as readonly string[]).includes(word);
  return {
    name: schedule?.name ?? "",
    period: schedule && isKnown(schedule.period) ? schedule.period : "daily",
    at: schedule?.at || "06:00",
    cron: schedule?.cron || "0 6 * * 1-5",
    timezone: schedule?.timezone || timezone,
    stages: schedule && schedule.analyses.length > 0 ? [...schedule.analyses] : [...stages],
    mode: schedule?.mode ?? "incremental",
    catchUp: schedule?.catch_up ?? true,
  };
}

/** What the server is asked: only what goes with the period; all stages are none named. */
export function bodyOf(form: Form, stages: readonly string[]): Body {
  const name = form.name.trim();
  return {
    period: form.period,
    timezone: form.timezone.trim(),
    mode: form.mode,
    catch_up: form.catchUp,
    ...(name === "" ? {} : { name }),
    ...(form.period === "cron" ? { cron: form.cron.trim() } : { at: form.at }),
    ...(form.stages.length === stages.length ? {} : { analyses: stages.filter((stage) => form.stages.includes(stage)) }),
  };
}

/** How long until a moment, in the two largest units: seconds as days and hours, or hours and minutes. */
export function partsUntil(moment: string, now: number): { days: number; hours: number; minutes: number } {
  const minutes = Math.max(0, Math.round((Date.parse(moment) - now) / 60_000));
  return { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
}
