// Light, dark, or as the system has it; kept in the browser. public/theme.js sets it before the
// first paint, this keeps it current.
export type Theme = "light" | "dark" | "system";

const key = "theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

function stored(): Theme {
  const word = localStorage.getItem(key);
  return word === "light" || word === "dark" ? word : "system";
}

class ThemeChoice {
  chosen = $state<Theme>(stored());
  #systemIsDark = $state(system.matches);

  constructor() {
    system.addEventListener("change", (event) => {
      this.#systemIsDark = event.matches;
      this.#apply();
    });
  }

  get isDark(): boolean {
    return this.chosen === "dark" || (this.chosen === "system" && this.#systemIsDark);
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    if (theme === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset["theme"] = this.isDark ? "dark" : "light";
  }
}

export const theme = new ThemeChoice();
