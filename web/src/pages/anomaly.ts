import type { Page } from "$/cards/card";
import { detectors } from "$/views/anomaly/alarms";

const scored = [detectors.funnel, detectors.downloads, detectors.orders].map((name) => ({ name }));

export const anomaly: Page = {
  name: "anomaly",
  title: "page.anomaly",
  lead: "page.anomaly.lead",
  filters: ["range", "dimension", "snapshot"],
  cards: [
    {
      id: "alarms",
      title: "card.alarms",
      subtitle: "card.alarms.about",
      reports: [...scored, { name: detectors.daily }],
      choices: [
        {
          parameter: "detector",
          label: "choice.detector",
          options: [
            { value: "all", label: "detector.all" },
            { value: "funnel", label: "detector.funnel" },
            { value: "downloads", label: "detector.downloads" },
            { value: "orders", label: "detector.orders" },
            { value: "daily", label: "detector.daily" },
          ],
        },
      ],
      shown: ({ detector }) => Object.entries(detectors).find(([name]) => name === detector)?.[1] ?? detectors.funnel,
      view: { kind: "alarms" },
      span: 12,
      height: 12,
    },
    {
      id: "funnel-score",
      title: "card.funnelScore",
      subtitle: "card.funnelScore.about",
      reports: [{ name: detectors.funnel }],
      view: { kind: "anomaly", value: "anomaly_score", detector: "funnel" },
      span: 9,
      height: 17,
    },
    {
      id: "sensitivity",
      title: "card.sensitivity",
      subtitle: "card.sensitivity.about",
      reports: scored,
      view: { kind: "sensitivity" },
      span: 3,
      height: 17,
    },
    {
      id: "same-weekdays",
      title: "card.sameWeekdays",
      subtitle: "card.sameWeekdays.about",
      reports: [{ name: detectors.daily }],
      view: { kind: "sameWeekdays" },
      span: 12,
      height: 15,
    },
    {
      id: "download-days",
      title: "card.downloadDays",
      subtitle: "card.downloadDays.about",
      reports: [{ name: "dcohort_anomaly_days" }],
      view: { kind: "smallMultiples" },
      span: 6,
      height: 20,
    },
    {
      id: "changes",
      title: "card.changes",
      subtitle: "card.changes.about",
      reports: [{ name: "clvrfm_anomaly", sample: 5000 }],
      view: { kind: "changes" },
      span: 6,
      height: 20,
    },
    {
      id: "download-score",
      title: "card.downloadScore",
      subtitle: "card.downloadScore.about",
      reports: [{ name: detectors.downloads }],
      view: { kind: "anomaly", value: "anomaly_score", detector: "downloads" },
      span: 6,
    },
    {
      id: "order-score",
      title: "card.orderScore",
      subtitle: "card.orderScore.about",
      reports: [{ name: detectors.orders }],
      view: { kind: "anomaly", value: "anomaly_score", detector: "orders" },
      span: 6,
    },
  ],
};
