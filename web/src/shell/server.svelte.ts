// What the server is doing, for the bar and the foot of every page: asked often while a run works,
// seldom otherwise, and not at all while nobody looks.
import { api, data, type Schemas } from "$/api/client";

const workingSeconds = 2;
const idleSeconds = 20;

type Current = Schemas["CurrentRun"];

class ServerState {
  version = $state("");
  runs = $state.raw<Current | null>(null);
  /** The last question was answered. */
  isReached = $state(true);
  #timer = 0;

  /** Asks from now on; the answer ends it. `onEnd` is called when a run has ended that worked before. */
  watch(onEnd: (last: Current["last"]) => void): () => void {
    const ask = async () => {
      clearTimeout(this.#timer);
      if (document.visibilityState === "visible") await this.#ask(onEnd);
      const seconds = this.runs?.working || this.runs?.waiting ? workingSeconds : idleSeconds;
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void ask(), 1000 * seconds);
    };
    const onVisible = () => {
      if (document.visibilityState === "visible") void ask();
    };
    void this.#askVersion();
    void ask();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearTimeout(this.#timer);
      this.#timer = 0;
      document.removeEventListener("visibilitychange", onVisible);
    };
  }

  async #ask(onEnd: (last: Current["last"]) => void): Promise<void> {
    try {
      const before = this.runs;
      this.runs = await data(api.GET("/api/v1/runs/current"));
      this.isReached = true;
      if (before?.working && this.runs.last?.run === before.working.run) onEnd(this.runs.last);
    } catch {
      this.isReached = false;
    }
  }

  async #askVersion(): Promise<void> {
    try {
      this.version = (await data(api.GET("/api/v1/status"))).version;
    } catch {
      this.isReached = false;
    }
  }
}

export const server = new ServerState();
