// Pages that are not made of cards, by route; each is fetched when somebody goes there.
import type { Component } from "svelte";
import type { Permission } from "$/state/session.svelte";
import type { MessageId } from "$/text/text";

export interface SpecialPage {
  /** The route, as Page.name. */
  name: string;
  title: MessageId;
  load: () => Promise<{ default: Component }>;
  /** Without the sidebar and the bar. */
  isAlone?: boolean;
  /** Also for those who are not signed in. */
  isPublic?: boolean;
  /** What one must be allowed to do, or it is the page 403. */
  needs?: Permission;
}

const alone = { isAlone: true, isPublic: true } as const;

const list: readonly SpecialPage[] = [
  { name: "login", title: "login.title", load: () => import("$/account/LoginPage.svelte"), ...alone },
  { name: "register", title: "register.title", load: () => import("$/account/RegisterPage.svelte"), ...alone },
  { name: "reset-password", title: "reset.title", load: () => import("$/account/ResetPasswordPage.svelte"), ...alone },
  { name: "runs", title: "runs.title", load: () => import("$/runs/RunsPage.svelte") },
  { name: "schedule", title: "schedule.title", load: () => import("$/schedule/SchedulePage.svelte"), needs: "schedule" },
  { name: "sources", title: "sources.title", load: () => import("$/setup/SourcesPage.svelte") },
  { name: "welcome", title: "welcome.page", load: () => import("$/setup/WelcomePage.svelte"), isAlone: true, needs: "sources" },
  { name: "logout", title: "logout.title", load: () => import("$/account/LogoutPage.svelte"), isAlone: true },
  { name: "report", title: "page.report", load: () => import("./ReportPage.svelte") },
];

export const specialPages: ReadonlyMap<string, SpecialPage> = new Map(list.map((page) => [page.name, page]));
