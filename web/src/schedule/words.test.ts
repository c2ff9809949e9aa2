import { describe, expect, it } from "vitest";
import { bodyOf, formOf, partsUntil } from "./words";

const stages = ["ingest", "clv", "publish"];

describe("a schedule's form", () => {
  it("begins with every day, everything new", () => {
    const form = formOf(null, stages, "Europe/London");
    expect(bodyOf(form, stages)).toEqual({
      period: "daily", at: "06:00", timezone: "Europe/London", mode: "incremental", catch_up: true,
    });
  });

  it("sends what goes with the period, and stages where not all are meant", () => {
    const form = { ...formOf(null, stages, "UTC"), period: "cron" as const, cron: " 5 4 * * * ", stages: ["publish", "ingest"] };
    expect(bodyOf(form, stages)).toMatchObject({ period: "cron", cron: "5 4 * * *", analyses: ["ingest", "publish"] });
    expect(bodyOf(form, stages)).not.toHaveProperty("at");
  });

  it("is the saved schedule's", () => {
    const saved = {
      name: "nightly", period: "weekly", cron: "", at: "02:30", timezone: "Asia/Tokyo", analyses: [], mode: "full" as const,
      catch_up: false, enabled: true, created_by: "mira", created_at: "",
    };
    expect(formOf(saved, stages, "UTC")).toMatchObject({ name: "nightly", period: "weekly", at: "02:30", stages, catchUp: false });
  });
});

it("counts the time until a run", () => {
  const now = Date.parse("2026-11-26T20:00:00Z");
  expect(partsUntil("2026-11-28T01:30:00Z", now)).toEqual({ days: 1, hours: 5, minutes: 30 });
  expect(partsUntil("2026-11-26T19:00:00Z", now)).toEqual({ days: 0, hours: 0, minutes: 0 });
});
