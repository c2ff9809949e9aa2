export const cards = {
  "choice.grain": "Period",
  "choice.hour": "Hour",
  "choice.day": "Day",
  "choice.week": "Week",
  "choice.month": "Month",
} as const;
