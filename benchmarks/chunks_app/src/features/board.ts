import { partition } from "lodash-es";
import { create } from "zustand";
import { growers } from "../data/growers";

export interface Card {
  readonly id: string;
  readonly who: string;
  readonly what: string;
}

export interface Column {
  readonly name: string;
  readonly cards: Card[];
}

interface Board {
  readonly columns: Column[];
  move: (id: string) => void;
  sort: (name: string, cards: Card[]) => void;
}

const cards: Card[] = growers.slice(0, 12).map((grower) => ({ id: grower.id, who: grower.name, what: grower.fruit }));

export const useBoard = create<Board>((set) => ({
  columns: [
    { name: "To pick", cards: cards.slice(0, 6) },
    { name: "Picking", cards: cards.slice(6, 10) },
    { name: "In the cold store", cards: cards.slice(10) },
  ],
  move: (id) => set((board) => ({ columns: moved(board.columns, id) })),
  sort: (name, sorted) =>
    set((board) => ({
      columns: board.columns.map((column) => (column.name === name ? { ...column, cards: sorted } : column)),
    })),
}));

/** The columns with one card in the next column; the last one's go back to the first. */
function moved(columns: Column[], id: string): Column[] {
  let carried: Card[] = [];
  const rest = columns.map((column) => {
    const [taken, left] = partition(column.cards, (card) => card.id === id);
    if (taken.length) carried = taken;
    return { ...column, cards: left };
  });
  const from = columns.findIndex((column) => column.cards.some((card) => card.id === id));
  const to = (from + 1) % columns.length;
  return rest.map((column, place) => (place === to ? { ...column, cards: [...column.cards, ...carried] } : column));
}
