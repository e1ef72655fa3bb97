/** One line of a benchmark: what was measured, the figure, and what the project aims at. */
export interface Figure {
  what: string;
  figure: string;
  aim?: string;
}

/** A benchmark's outcome as a section of docs/benchmarks.md. */
export interface Section {
  title: string;
  method: string;
  figures: Figure[];
}

export function renderSection({ title, method, figures }: Section): string {
  const rows = figures.map(({ what, figure, aim }) => `| ${what} | ${figure} | ${aim ?? ""} |`);
  return [`## ${title}`, "", method, "", "| what | measured | aim |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
