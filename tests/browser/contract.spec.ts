// Every report of the catalogue, as the page shows it and as the interface answers it.
import { expect, settled, test } from "./support/test";
import { differences, isWritten, readTable, reportOf, type Column } from "./support/table";

interface Entry {
  name: string;
  availability: string;
}

/** Lines of CSV with their fields; quotes as RFC 4180 has them. */
function fieldsOf(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, mark] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    lines.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (mark !== ",") lines.push([]);
  }
  return lines.filter((line) => line.some((field) => field !== ""));
}

/** A field of CSV as the value it stands for. */
function valueOf(field: string, { type }: Column): string | number | boolean | null {
  if (field === "") return type === "text" ? "" : null;
  if (type === "boolean") return field === "true";
  return type === "integer" || type === "double" ? Number(field) : field.replace(/^'(?=[=+\-@])/, "");
}

const parts = 4;
for (let part = 0; part < parts; part += 1) {
  test(`reports are shown as they are answered, part ${part + 1} of ${parts}`, async ({ page, complaints }) => {
    test.setTimeout(240_000);
    const { reports } = (await (await page.request.get("/api/v1/reports")).json()) as { reports: Entry[] };
    expect(reports.length).toBeGreaterThan(70);
    const wrong: string[] = [];
    for (const { name } of reports.filter((_, index) => index % parts === part)) {
      const answer = await page.request.get(`/api/v1/reports/${name}?format=csv`);
      expect(answer.ok(), name).toBe(true);
      const [head = [], ...lines] = fieldsOf(await answer.text());
      const { columns, total_rows: total } = await reportOf(page, name, { limit: "1" });
      expect(head, name).toEqual(columns.map((column) => column.name));
      expect(lines.length, name).toBe(total);
      const report = { report: name, dimension: "main", columns, total_rows: total, rows: lines.map((line) => line.map((field, i) => valueOf(field, columns[i] as Column))) };

      await page.goto(`/report?name=${name}`);
      await settled(page);
      if (complaints.all.length > 0 && wrong.length === 0) wrong.push(`${name}: ${complaints.all[0]}`);
      const card = page.getByTestId("card-table");
      if (total === 0) {
        await expect(card, name).toHaveAttribute("data-state", "empty-data");
        continue;
      }
      const table = card.locator("table");
      await expect(table, name).toHaveAttribute("aria-rowcount", String(total + 1));
      const first = await readTable(table);
      expect(first.names, name).toEqual(head);
      expect(first.rows[0]?.index, name).toBe(0);
      await card.locator(".scroll").evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await expect(table.locator(`tr[aria-rowindex="${total + 1}"]`), name).toBeVisible();
      const last = await readTable(table);
      for (const drawn of [first, last]) wrong.push(...differences(drawn, report).slice(0, 3).map((text) => `${name}, ${text}`));
    }
    expect(wrong).toEqual([]);
  });
}

test("the comparison can fail", () => {
  const money = { name: "m", type: "double", unit: "currency" };
  expect(isWritten("£1,234.50", 1234.496, money)).toBe(true);
  expect(isWritten("£1,234.50", 1234.51, money)).toBe(false);
  expect(isWritten("31.4 %", 0.3142, { ...money, unit: "ratio" })).toBe(true);
  expect(isWritten("31.4 %", 0.3155, { ...money, unit: "ratio" })).toBe(false);
});
