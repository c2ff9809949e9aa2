export const shell = {
  "action.close": "Close",
  "action.dismiss": "Dismiss",
  "action.clearNamed": "Remove {name}",
  "toasts.label": "Messages",
} as const;
