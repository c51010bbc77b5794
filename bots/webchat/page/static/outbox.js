// What a person said waits on this device until the server has acknowledged it. A retry carries the same id,
// so the server answers it once.

const KEY = "tousu.outbox";
const FIRST_PAUSE = 800;
const LONGEST_PAUSE = 10000;
const TRIES_OF_A_BROKEN_SERVER = 6;

export const waiting = {
  all() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? [];
    } catch {
      return [];
    }
  },
  add(item) {
    localStorage.setItem(KEY, JSON.stringify([...this.all(), item]));
  },
  remove(id) {
    localStorage.setItem(KEY, JSON.stringify(this.all().filter((item) => item.id !== id)));
  },
};

// Runs one job at a time, each until the server has decided; pauses grow and end at once when the network is back.
export class Queue {
  #jobs = [];
  #running = false;

  constructor(onpause) {
    this.onpause = onpause;
  }

  get busy() {
    return this.#running;
  }

  // `job.send()` resolves to an answer {status, body, retryAfter}, or rejects when there is no network.
  add(job) {
    this.#jobs.push(job);
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    while (this.#jobs.length) await this.#finish(this.#jobs[0]).then(() => this.#jobs.shift());
    this.#running = false;
  }

  async #finish(job) {
    let broken = 0;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const answer = await job.send().catch(() => null);
      if (answer && answer.status < 300) return job.done(answer);
      if (answer?.status === 500) broken += 1;
      if (broken === TRIES_OF_A_BROKEN_SERVER || isFinal(answer)) return job.refused(answer);
      job.waiting();
      this.onpause(answer);
      await networkOr(Math.max(pause, answer?.retryAfter ?? 0));
    }
  }
}

function isFinal(answer) {
  return answer !== null && answer.status < 500 && answer.status !== 429;
}

function networkOr(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
