import type { AnyMachineSnapshot } from 'xstate';
import type { Look } from '../../machines/incident/activities.ts';
import type { DetailFigures, LookFigures, Measures } from '../core/model/figures.ts';
import type { Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { detailOf } from '../diagnosis/figures/figure-detail.ts';
import { figuresOf, hourBefore } from '../diagnosis/figures/figure-row.ts';
import type { JournalNote } from '../durable/describe.ts';
import type { StampedEvent } from '../durable/interpret.ts';
import { compactNote } from './compact-note.ts';
import { FigureNews } from './figure-news.ts';
import type { Observer } from './observing/options.ts';

/** A look is described soon after it was taken; validation looks in between. */
const KEPT = 4;

interface Kept {
  readonly at: number;
  readonly figures: LookFigures;
  readonly detail: DetailFigures;
  readonly before: LookFigures['before'];
}

/**
 * The figures of the newest looks, on their way into the journal. They go past the statechart, which decides nothing by them: its
 * context stays as small as it was. What is lost in a crash is the row of a look that was never saved.
 */
export class FigureBook {
  readonly #spec: RemediationSpec;
  readonly #measures: Measures;
  readonly #newest: Kept[] = [];
  readonly #news = new FigureNews();
  #seen: Readonly<Record<string, string>> = {};
  #begun = false;
  #told = false;

  constructor(spec: RemediationSpec, measures: Measures) {
    this.#spec = spec;
    this.#measures = measures;
  }

  /** The observer, with what it sees noted. */
  watching(observer: Observer): Observer {
    return {
      observe: async (signal, before) => {
        const observation = await observer.observe(signal, before);
        this.#note(observation);
        return observation;
      },
    };
  }

  #note(observation: Observation): void {
    const isFirst = this.#newest.length === 0;
    const figures = figuresOf(observation, this.#spec);
    const detail = detailOf(observation, this.#spec);
    this.#newest.push({ at: observation.at, figures, detail, before: isFirst ? hourBefore(observation) : undefined });
    if (this.#newest.length > KEPT) this.#newest.shift();
  }

  /** The journal's words for a step, with the figures of a look beside it. */
  readonly describe = (event: StampedEvent, snapshot: AnyMachineSnapshot, standard: JournalNote): JournalNote | null => {
    const note = compactNote(event, snapshot, standard);
    if (note?.event === 'run.started') return this.#begin(note);
    if (note === null || note.event !== 'observe.done') return note;
    const figures = this.#rowAt((standard.data as Look).at);
    return figures === null ? note : { ...note, data: { ...(note.data as object), ...figures } };
  };

  #begin(note: JournalNote): JournalNote {
    [this.#begun, this.#told] = [true, true];
    return { ...note, data: { ...(note.data as object), measures: this.#measures } };
  }

  #rowAt(at: number): LookFigures | null {
    const kept = this.#newest.find((one) => one.at === at);
    if (kept === undefined) return null;
    const { row, seen = {}, late } = kept.figures;
    const news = Object.entries(seen).filter(([part, words]) => this.#seen[part] !== words);
    this.#seen = { ...this.#seen, ...seen };
    const first = {
      ...(this.#told ? {} : { measures: this.#measures }),
      ...(this.#begun && kept.before !== undefined ? { before: kept.before } : {}),
    };
    this.#told = true;
    const detail = this.#news.of(kept.detail);
    return {
      ...first,
      row,
      ...detail,
      ...(news.length === 0 ? {} : { seen: Object.fromEntries(news) }),
      ...(late === undefined ? {} : { late }),
    };
  }
}
